// deno-lint-ignore-file no-console
/**
 * `deno task setup [--gpu | --cpu] [--only NAME ...]`: make every native artefact present, with a progress bar. What is
 * there already is left; what fails is said, and the others are made all the same.
 * @module
 */
import { oneOf } from "../base/mod.ts";
import {
  type Artefact,
  type ArtefactName,
  artefactOf,
  ARTEFACTS,
  ensure,
  runsHere,
  tensorflowVariant,
  type Variant,
} from "../native/mod.ts";
import { onProgress } from "../notebook/mod.ts";
import { task } from "./_task.ts";

const NAMES = [...new Set(ARTEFACTS.map((artefact) => artefact.name))];

const HELP = `deno task setup [--gpu | --cpu] [--only NAME ...]

  --gpu, --cpu   which build of TensorFlow; default: the GPU's where an NVIDIA GPU is seen or MIDTRAIN_GPU=1 is set
  --only NAME    this artefact only, one of ${NAMES.join(", ")}; may be repeated`;

/** What a call of the task asks for. */
export interface Wanted {
  /** Which artefacts. */
  names: readonly ArtefactName[];
  /** Which build of TensorFlow; told by the machine if absent. */
  variant?: Variant;
}

/** What the flags ask for. @throws {RangeError} If that cannot be. */
export function wantedOf({ gpu, cpu, only }: { gpu: boolean; cpu: boolean; only: string[] }): Wanted {
  if (gpu && cpu) throw new RangeError("Cannot set up as only one of --gpu and --cpu may be given");
  for (const name of only) oneOf("Cannot set up", { "--only": name }, NAMES);
  return {
    names: only.length > 0 ? only as ArtefactName[] : NAMES,
    ...gpu ? { variant: "gpu" } : cpu ? { variant: "cpu" } : {},
  };
}

async function setUp({ names, variant }: Wanted): Promise<boolean> {
  const build = variant ?? await tensorflowVariant();
  let good = true;
  for (const name of names) {
    const artefact = artefactOf(name, build);
    const title = titleOf(artefact);
    if (!runsHere(artefact)) {
      console.log(`– ${title}: not on this platform, ${artefact.elsewhere}`);
      continue;
    }
    try {
      await using report = onProgress();
      let told = false;
      await ensure(name, {
        variant: build,
        onProgress: (event) => {
          // The first bytes are a download's: one may still think better of it.
          if (event.unit === "bytes" && !told) console.log(`  ${title}: ${sizes(artefact)}`);
          told ||= event.unit === "bytes";
          report(event);
        },
      });
      console.log(`✓ ${title}`);
    } catch (error) {
      good = false;
      console.error(`✗ ${title}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return good;
}

function titleOf({ name, variant, purpose }: Artefact): string {
  return `${name}${variant ? ` (${variant.toUpperCase()} build)` : ""}, ${purpose}`;
}

function sizes({ wheels }: Artefact): string {
  const sum = (of: readonly { bytes: number }[]) => of.reduce((total, { bytes }) => total + bytes, 0);
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString("en")} MB`;
  const licences = [...new Set(wheels.map((wheel) => wheel.licence))].join(", ");
  const unpacked = sum(wheels.flatMap((wheel) => wheel.members));
  return `downloads ${megabytes(sum(wheels))}, takes ${megabytes(unpacked)} (${licences})`;
}

if (import.meta.main) {
  await task({
    help: HELP,
    flags: { gpu: "switch", cpu: "switch", only: "texts" },
    run: async (given) => {
      let wanted: Wanted;
      try {
        wanted = wantedOf(given);
      } catch (error) {
        console.error((error as RangeError).message);
        return 2;
      }
      return await setUp(wanted) ? 0 : 1;
    },
  });
}
