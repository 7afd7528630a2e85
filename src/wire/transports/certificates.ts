/**
 * Certificates for mutual TLS between nodes: a small authority of the installation and one certificate per node, whose
 * common name is the node's id. They guard the connection; what a message says is proven by its own signature.
 */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { dateOf } from '../protocol/instant.ts'
import type { TlsTexts } from './http-line.ts'

/** The authority as PEM texts; the key stays with the installation. */
export interface AuthorityTexts {
  cert: string
  key: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000
/** The authority outlives its certificates. */
const AUTHORITY_DAYS = 3650
const BACKDATED_MS = 3_600_000

async function keyPair(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
}

async function pemOf(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

function serial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')
}

/** A new authority. */
export async function makeAuthority(name: string, nowMs: number): Promise<AuthorityTexts> {
  const keys = await keyPair()
  const cert = await X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${serial()}`,
    name: [{ CN: [name] }],
    notBefore: dateOf(nowMs - BACKDATED_MS),
    notAfter: dateOf(nowMs + AUTHORITY_DAYS * DAY_MS),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  })
  return { cert: cert.toString('pem'), key: await pemOf(keys.privateKey) }
}

function nodeExtensions(hosts: readonly string[]): Extension[] {
  const names = hosts.map((host): { type: GeneralNameType; value: string } => ({
    type: /^[\d.]+$|:/.test(host) ? 'ip' : 'dns',
    value: host,
  }))
  const uses = new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth, ExtendedKeyUsage.serverAuth])
  const base = [new BasicConstraintsExtension(false), new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true), uses]
  return names.length === 0 ? base : [...base, new SubjectAlternativeNameExtension(names)]
}

/**
 * A certificate for a node, signed by the authority, with a key of its own.
 * @param hosts names and addresses under which others dial it; none for a node that only dials
 * @param days how long it holds
 */
export async function issueCertificate(
  authority: AuthorityTexts,
  nodeId: string,
  hosts: readonly string[],
  nowMs: number,
  days = 825,
): Promise<TlsTexts> {
  const issuer = new X509Certificate(authority.cert)
  const [pem] = PemConverter.decode(authority.key)
  if (pem === undefined) throw new RangeError('the authority has no key')
  const signingKey = (await webcrypto.subtle.importKey('pkcs8', pem, algorithm, false, ['sign'])) as CryptoKey
  const keys = await keyPair()
  const cert = await X509CertificateGenerator.create({
    serialNumber: `02${serial()}`,
    subject: [{ CN: [nodeId] }],
    issuer: issuer.subject,
    notBefore: dateOf(nowMs - BACKDATED_MS),
    notAfter: dateOf(nowMs + days * DAY_MS),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: nodeExtensions(hosts),
  })
  return { ca: authority.cert, cert: cert.toString('pem'), key: await pemOf(keys.privateKey) }
}
