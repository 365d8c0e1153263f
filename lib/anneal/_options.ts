/** What a training run takes. */
export const trainOptions =
  "sources, schedule, steps, config?, from?, weights?, maxEpochs?, batch?, microBatch?, recompute?, context?, maskDocuments?, crossDocumentTargets?, seed?, engine?, backend?, precision?, peakFlops?, evaluate?, signal?, onStep?, onEvaluation?, onProgress?, folder?, checkpointEverySteps?, onCheckpoint?, betas?, epsilon?, weightDecay?, clip?, zLoss?, undecayed?, muon?, ema?, optimizerState?, skipOutliers?, distillation?";

/** What branching decays takes. */
export const branchDecayOptions =
  "stable, peak, budgets, sources, heldOut, decayFraction?, shape?, floor?, windows?, mergeWindows?, folder?, weights?, maxEpochs?, batch?, microBatch?, recompute?, context?, maskDocuments?, crossDocumentTargets?, seed?, engine?, backend?, precision?, peakFlops?, signal?, onStep?, onProgress?, checkpointEverySteps?, betas?, epsilon?, weightDecay?, clip?, zLoss?, undecayed?, muon?, ema?, optimizerState?, skipOutliers?, distillation?";

/** What a microanneal takes beside its candidate or candidates. */
export const microannealOptions =
  "from, general, steps, domain, retained, schedule, ratio?, seeds?, windows?, context?, engine?, backend?, maxEpochs?, batch?, microBatch?, recompute?, maskDocuments?, crossDocumentTargets?, precision?, peakFlops?, signal?, onStep?, onProgress?, checkpointEverySteps?, betas?, epsilon?, weightDecay?, clip?, zLoss?, undecayed?, muon?, ema?, optimizerState?, skipOutliers?, distillation?";

/** What extending a context in stages takes. */
export const extendInStagesOptions =
  "from, stages, sources, schedule, heldOut, retained?, windows?, needle?, folder?, weights?, maxEpochs?, batch?, microBatch?, recompute?, maskDocuments?, crossDocumentTargets?, seed?, engine?, backend?, precision?, peakFlops?, signal?, onStep?, onProgress?, checkpointEverySteps?, betas?, epsilon?, weightDecay?, clip?, zLoss?, undecayed?, muon?, ema?, optimizerState?, skipOutliers?, distillation?";
