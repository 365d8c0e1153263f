import { Random } from "../base/mod.ts";

/** Rows of equal length, one after the other; each of unit length. */
export interface Rows {
  data: Float32Array;
  dimensions: number;
  count: number;
}

/** Rows put together. */
export interface Clustering {
  /** The cluster of each row. */
  cluster: Uint32Array;
  /** The cosine of each row and its cluster's centroid. */
  cosine: Float64Array;
}

/** Rounds at most. */
const ROUNDS = 50;

/** The inner product of a row of `a` and one of `b`, by where they start. */
export function dot(a: Float32Array, i: number, b: Float32Array, j: number, dimensions: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = dimensions - dimensions % 4;
  for (let d = 0; d < whole; d += 4) {
    s0 += a[i + d] * b[j + d];
    s1 += a[i + d + 1] * b[j + d + 1];
    s2 += a[i + d + 2] * b[j + d + 2];
    s3 += a[i + d + 3] * b[j + d + 3];
  }
  for (let d = whole; d < dimensions; d++) s0 += a[i + d] * b[j + d];
  return s0 + s1 + s2 + s3;
}

/**
 * Spherical k-means: each row goes to the centroid of the greatest cosine, the first among equals, until none moves or fifty
 * rounds are over. It begins with rows that are drawn by the seed; a cluster that became empty takes the row that is least
 * like its own centroid.
 */
export function kMeans(rows: Rows, clusters: number, seed: number | string): Clustering {
  const { data, dimensions, count } = rows;
  const random = new Random(seed);
  const centroids = new Float32Array(clusters * dimensions);
  const drawn = Uint32Array.from({ length: count }, (_, i) => i);
  for (let c = 0; c < clusters; c++) {
    const other = c + random.int(count - c);
    [drawn[c], drawn[other]] = [drawn[other], drawn[c]];
    centroids.set(data.subarray(drawn[c] * dimensions, (drawn[c] + 1) * dimensions), c * dimensions);
  }
  const cluster = new Uint32Array(count).fill(clusters);
  const cosine = new Float64Array(count);
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0;
    for (let row = 0; row < count; row++) {
      let nearest = 0;
      let best = -Infinity;
      for (let c = 0; c < clusters; c++) {
        const value = dot(data, row * dimensions, centroids, c * dimensions, dimensions);
        if (value > best) {
          best = value;
          nearest = c;
        }
      }
      if (cluster[row] !== nearest) moved++;
      cluster[row] = nearest;
      cosine[row] = best;
    }
    if (moved === 0) break;
    centre(rows, { cluster, cosine }, centroids);
  }
  return { cluster, cosine };
}

/** Move the centroids to the means of their rows. */
function centre(rows: Rows, { cluster, cosine }: Clustering, centroids: Float32Array): void {
  const { data, dimensions, count } = rows;
  const clusters = centroids.length / dimensions;
  const sums = new Float64Array(centroids.length);
  const sizes = new Uint32Array(clusters);
  for (let row = 0; row < count; row++) {
    sizes[cluster[row]]++;
    const to = cluster[row] * dimensions;
    for (let d = 0; d < dimensions; d++) sums[to + d] += data[row * dimensions + d];
  }
  const taken = new Set<number>();
  for (let c = 0; c < clusters; c++) {
    const at = c * dimensions;
    if (sizes[c] === 0) {
      let least = -1;
      for (let row = 0; row < count; row++) {
        if (!taken.has(row) && (least < 0 || cosine[row] < cosine[least])) least = row;
      }
      taken.add(least);
      centroids.set(data.subarray(least * dimensions, (least + 1) * dimensions), at);
      continue;
    }
    let square = 0;
    for (let d = 0; d < dimensions; d++) square += sums[at + d] ** 2;
    // Rows that cancel each other have no direction: the centroid stays where it was.
    if (square === 0) continue;
    const length = Math.sqrt(square);
    for (let d = 0; d < dimensions; d++) centroids[at + d] = sums[at + d] / length;
  }
}
