import { dynamicNtk, ntkAware, type Rope, ropeFromConfig, yarnAttentionFactor } from "../../rope/mod.ts";
import { claim, near, type VerifyRow } from "./_row.ts";
import { askPeer } from "../_peer.ts";
import * as reference from "../../sets/published/rope.ts";
import { peerRopes } from "./_peer_ropes.ts";

/** What transformers says of one model. */
interface PeerRope {
  frequencies: number[];
  attentionFactor: number;
  softmaxScale: number | null;
}

/** Rotary embeddings against the tables, and with `peers` against transformers' own modules. */
export async function verifyRope({ peers }: { peers: boolean }): Promise<VerifyRow[]> {
  const rows: VerifyRow[] = [];
  const relative = true;
  for (const { model, config, attentionFactor, frequencies } of reference.ropeModels) {
    const rope = ropeFromConfig(config);
    const d = 2 * rope.inverseFrequencies.length;
    rows.push(
      near(`${model}, attention factor`, "transformers", attentionFactor, rope.attentionFactor, {
        tolerance: 1e-9,
        relative,
      }),
      ...[0, Math.floor(d / 6), d / 4, d / 2 - 1].map((pair, i) =>
        near(
          `${model}, frequency of pair ${pair}`,
          "transformers, 6 digits",
          frequencies[i],
          rope.inverseFrequencies[pair],
          {
            tolerance: 1e-5,
            relative,
          },
        )
      ),
    );
  }
  for (const { model, mscale, multiplier, scale } of reference.softmaxScales) {
    const rope = ropeFromConfig({
      ...{ qk_rope_head_dim: 64, qk_nope_head_dim: 128 },
      rope_scaling: {
        ...{ type: "yarn", factor: 40, original_max_position_embeddings: 4096 },
        ...{ mscale, mscale_all_dim: mscale },
      },
    });
    rows.push(
      near(`${model}, softmax multiplier`, "its code", multiplier, rope.softmaxMultiplier, {
        tolerance: 1e-7,
        relative,
      }),
      near(`${model}, softmax scale`, "its code", scale, rope.softmaxScale, { tolerance: 1e-6, relative }),
    );
  }
  const baseOf = ({ inverseFrequencies }: Rope) => inverseFrequencies[1] ** -64;
  const llama = { dimensions: 128 };
  rows.push(
    near(
      "Llama 2, base of NTK-aware times 4",
      "closed form",
      reference.ntkBases.aware,
      baseOf(ntkAware({ ...llama, factor: 4 })),
      {
        tolerance: 1e-7,
        relative,
      },
    ),
    ...reference.ntkBases.dynamic.map(([length, base]) => {
      const rope = dynamicNtk({ ...llama, factor: 2, originalContext: 4096, length });
      return near(`Llama 2, base of dynamic NTK at ${length}`, "transformers", base, baseOf(rope), {
        tolerance: 1e-7,
        relative,
      });
    }),
    ...reference.yarnTemperatures.flatMap(([factor, expected, temperature]) => {
      const ours = yarnAttentionFactor(factor);
      const source = "2309.00071";
      return [
        near(`YaRN at ${factor}, cosine and sine times`, source, expected, ours, {
          tolerance: 1e-6,
          relative,
        }),
        near(`YaRN at ${factor}, temperature`, source, temperature, ours ** -2, {
          tolerance: 1e-6,
          relative,
        }),
      ];
    }),
  );
  return peers ? [...rows, ...await beside()] : rows;
}

/** Every frequency of real models beside the modules of transformers, which computes in float32. */
async function beside(): Promise<VerifyRow[]> {
  const cases = peerRopes;
  const source = "transformers, float32";
  const theirs = await askPeer<PeerRope[]>("rope_transformers.py", cases);
  return cases.flatMap(({ model, config, ...options }, i) => {
    const rope = ropeFromConfig(config, options);
    const { frequencies, attentionFactor, softmaxScale } = theirs[i];
    const worst = frequencies.reduce((worst, value, pair) => {
      const ours = rope.inverseFrequencies[pair] ?? NaN;
      const off = value === 0 ? Math.abs(ours) : Math.abs(ours / value - 1);
      return off <= worst ? worst : off;
    }, frequencies.length === rope.inverseFrequencies.length ? 0 : Infinity);
    return [
      claim(`${model}, all ${frequencies.length} frequencies`, source, {
        ours: `${rope.method}, ${worst.toExponential(1)} rel. at most`,
        allowed: "2e-6 rel.",
        holds: worst <= 2e-6,
      }),
      near(`${model}, attention factor`, source, attentionFactor, rope.attentionFactor, {
        tolerance: 1e-9,
        relative: true,
      }),
      ...(softmaxScale === null ? [] : [
        near(`${model}, softmax scale`, source, softmaxScale, rope.softmaxScale, {
          tolerance: 1e-9,
          relative: true,
        }),
      ]),
    ];
  });
}
