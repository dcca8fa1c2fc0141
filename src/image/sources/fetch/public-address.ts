import ipaddr from 'ipaddr.js';

/**
 * Addresses that lie in public ranges and still belong to the host's own infrastructure: Azure's WireServer, which
 * answers metadata and DNS on every virtual machine there.
 */
const INFRASTRUCTURE = new Set(['168.63.129.16']);

/** Documentation prefix of RFC 9637, newer than the tables of ipaddr.js. */
const DOCUMENTATION = ipaddr.IPv6.parseCIDR('3fff::/20');

/** IANA has assigned nothing outside 2000::/3 as global unicast. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is one of the public internet: not private, loopback, link-local, carrier-grade NAT, multicast,
 * reserved or a metadata service, and not an IPv6 form that hides an IPv4 address (mapped, NAT64, 6to4, Teredo).
 *
 * @param address IPv4 or IPv6 in its usual notation, a zone index allowed
 * @example
 * isPublicAddress('93.184.215.14'); // true
 * isPublicAddress('::ffff:10.0.0.1'); // false
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv6) return parsed.match(GLOBAL_UNICAST) && !parsed.match(DOCUMENTATION);
  return !INFRASTRUCTURE.has(parsed.toString());
}
