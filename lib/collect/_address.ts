import { lookup as systemLookup } from "node:dns";
import { BlockList, isIP } from "node:net";

/** Addresses that are not of the public internet (IANA's special-purpose registries). */
const special = new BlockList();
for (
  const range of [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/128",
    "::1/128",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
  ]
) {
  const [net, bits] = range.split("/");
  special.addSubnet(net, +bits, net.includes(":") ? "ipv6" : "ipv4");
}

/** Whether an address of IP is of a private network, this machine or otherwise not of the public internet. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  // IPv4 behind ::ffff: is checked as the IPv4 that it is.
  return family === 0 || special.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** Give all addresses of a name, as `node:dns` does. */
export type Lookup = (
  host: string,
  options: { all: true },
  done: (error: Error | null, addresses: { address: string; family: number }[]) => void,
) => void;

/** Why a connection was refused, for {@linkcode publicLookup}'s caller. */
export class PrivateAddressError extends Error {}

/**
 * A look-up for a connection that refuses names of private addresses. The connection goes to the address that was checked,
 * so that a name which answers differently the next time gains nothing.
 */
export function publicLookup(lookup: Lookup = systemLookup as Lookup): Lookup {
  return (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, addresses) => {
      const inner = addresses?.find(({ address }) => isPrivateAddress(address));
      if (error || !inner) done(error, addresses);
      else done(new PrivateAddressError(`${host} is ${inner.address}`), []);
    });
}
