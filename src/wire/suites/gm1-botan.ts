/**
 * SM2, SM3 and SM4 by Botan, where its shared library is installed: many times as fast as OpenSSL without the assembly it lacks for these ciphers,
 * and in constant time, the opening of a wrapped key included. The functions are those of its C interface (botan/ffi.h).
 */
import { hash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cipherFromDer, cipherToDer } from './gm1-der.ts'
import { DEFAULT_ID, givesStandardAnswers, PUBLIC_BYTES, type SmEngine } from './gm1-engine.ts'

const FOLDERS = [
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/opt/homebrew/lib',
]
const LIBRARY = /^libbotan-3\.(so(\.\d+)*|dylib)$/
const CURVE = 'sm2p256v1'
const SIGNED_WITH = `${DEFAULT_ID},SM3`
const DIGEST = 'SM3'
const DIGEST_BYTES = 32
/** characters or bytes */
const SHORT = 256
const FINAL = 1
/** room that a point, a hash and the bytes around them take in DER */
const CIPHER_OVERHEAD = 128

/** An object of the library. Those of keys live as long as the process, as the keys do. */
type Handle = unknown
type Call = (...args: unknown[]) => number
type Type = Parameters<typeof import('koffi')['out']>[0]

function check(result: number, name: string): void {
  if (result !== 0) throw new RangeError(`${name} failed: ${result}`)
}

/** The functions of the library at a path. Throws when it cannot be loaded. */
function bind(path: string) {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const library = koffi.load(path)
  const handle = koffi.pointer(koffi.opaque())
  const made = koffi.out(koffi.pointer(handle))
  const length = koffi.inout(koffi.pointer('size_t'))
  const bytes = 'void *'
  const call = (name: string, ...types: Type[]): Call => library.func(name, 'int', types) as Call
  const makes = (name: string, ...types: Type[]) => {
    const make = call(name, made, ...types)
    return (...args: unknown[]): Handle => {
      const out: Handle[] = [null]
      check(make(out, ...args), name)
      return out[0]
    }
  }
  return {
    version: library.func('botan_version_string', 'str', []) as () => string,
    generator: makes('botan_rng_init', 'str'),
    number: makes('botan_mp_init'),
    setNumber: call('botan_mp_from_bin', handle, bytes, 'size_t'),
    dropNumber: call('botan_mp_destroy', handle),
    privateKey: makes('botan_privkey_load_sm2', handle, 'str'),
    publicKey: makes('botan_pubkey_load_sm2', handle, handle, 'str'),
    signer: makes('botan_pk_op_sign_create', handle, 'str', 'uint32'),
    signed: call('botan_pk_op_sign_update', handle, bytes, 'size_t'),
    sign: call('botan_pk_op_sign_finish', handle, handle, bytes, length),
    verifier: makes('botan_pk_op_verify_create', handle, 'str', 'uint32'),
    verified: call('botan_pk_op_verify_update', handle, bytes, 'size_t'),
    verify: call('botan_pk_op_verify_finish', handle, bytes, 'size_t'),
    encrypter: makes('botan_pk_op_encrypt_create', handle, 'str', 'uint32'),
    encrypt: call('botan_pk_op_encrypt', handle, handle, bytes, length, bytes, 'size_t'),
    decrypter: makes('botan_pk_op_decrypt_create', handle, 'str', 'uint32'),
    decrypt: call('botan_pk_op_decrypt', handle, bytes, length, bytes, 'size_t'),
    hash: makes('botan_hash_init', 'str', 'uint32'),
    hashUpdate: call('botan_hash_update', handle, bytes, 'size_t'),
    hashFinal: call('botan_hash_final', handle, bytes),
    hashCopy: makes('botan_hash_copy_state', handle),
    dropHash: call('botan_hash_destroy', handle),
    mac: makes('botan_mac_init', 'str', 'uint32'),
    macKey: call('botan_mac_set_key', handle, bytes, 'size_t'),
    macUpdate: call('botan_mac_update', handle, bytes, 'size_t'),
    macFinal: call('botan_mac_final', handle, bytes),
    cipher: makes('botan_cipher_init', 'str', 'uint32'),
    cipherKey: call('botan_cipher_set_key', handle, bytes, 'size_t'),
    cipherStart: call('botan_cipher_start', handle, bytes, 'size_t'),
    cipherUpdate: call('botan_cipher_update', handle, 'uint32', bytes, 'size_t', length, bytes, 'size_t', length),
  }
}

type Library = ReturnType<typeof bind>

/** Gives numbers to a call that makes an object of them, and drops them. */
function withNumbers(library: Library, values: readonly Uint8Array[], make: (...numbers: Handle[]) => Handle): Handle {
  const numbers = values.map((value) => {
    const number = library.number()
    check(library.setNumber(number, value, value.byteLength), 'botan_mp_from_bin')
    return number
  })
  try {
    return make(...numbers)
  } finally {
    for (const number of numbers) library.dropNumber(number)
  }
}

function privateKey(library: Library, raw: Uint8Array): Handle {
  return withNumbers(library, [raw], (scalar) => library.privateKey(scalar, CURVE))
}

function publicKey(library: Library, raw: Uint8Array): Handle {
  const half = PUBLIC_BYTES / 2
  return withNumbers(library, [raw.subarray(0, half), raw.subarray(half)], (x, y) => library.publicKey(x, y, CURVE))
}

/** Makes a value at its first use. */
function late<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Runs a call that writes so many bytes at most, and gives what it wrote. */
function written(most: number, name: string, run: (out: Buffer, length: [number]) => number): Buffer {
  const out = Buffer.alloc(most)
  const length: [number] = [most]
  check(run(out, length), name)
  return out.subarray(0, length[0])
}

function digestsOf(library: Library): Pick<SmEngine, 'digestHex' | 'digestTwice' | 'mac'> {
  const hashing = library.hash(DIGEST, 0)
  const authenticating = library.mac(`HMAC(${DIGEST})`, 0)
  const digest = Buffer.alloc(DIGEST_BYTES)
  return {
    digestHex(content) {
      // a call into the library takes longer than OpenSSL for a short text
      if (content.length < SHORT) return hash('sm3', content, 'hex')
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      check(library.hashUpdate(hashing, bytes, bytes.byteLength), 'botan_hash_update')
      check(library.hashFinal(hashing, digest), 'botan_hash_final')
      return digest.toString('hex')
    },
    digestTwice(parts, last) {
      const whole = library.hash(DIGEST, 0)
      try {
        for (const part of parts) check(library.hashUpdate(whole, part, part.byteLength), 'botan_hash_update')
        const halfway = library.hashCopy(whole)
        const inner = Buffer.alloc(DIGEST_BYTES)
        check(library.hashFinal(halfway, inner), 'botan_hash_final')
        library.dropHash(halfway)
        const end = last(inner)
        check(library.hashUpdate(whole, end, end.byteLength), 'botan_hash_update')
        check(library.hashFinal(whole, digest), 'botan_hash_final')
        return { inner, whole: digest.toString('hex') }
      } finally {
        library.dropHash(whole)
      }
    },
    mac(key, parts) {
      check(library.macKey(authenticating, key, key.byteLength), 'botan_mac_set_key')
      for (const part of parts) check(library.macUpdate(authenticating, part, part.byteLength), 'botan_mac_update')
      const tag = Buffer.alloc(DIGEST_BYTES)
      check(library.macFinal(authenticating, tag), 'botan_mac_final')
      return tag
    },
  }
}

function engineOf(library: Library): SmEngine {
  const random = library.generator('system')
  const counter = library.cipher('CTR-BE(SM4)', 0)
  return {
    ...digestsOf(library),
    name: `Botan ${/[\d.]+/.exec(library.version())?.[0] ?? ''}`,
    signer(privateRaw) {
      const signer = library.signer(privateKey(library, privateRaw), SIGNED_WITH, 0)
      return (message) => {
        check(library.signed(signer, message, message.byteLength), 'botan_pk_op_sign_update')
        return written(PUBLIC_BYTES, 'botan_pk_op_sign_finish', (out, length) => library.sign(signer, random, out, length))
      }
    },
    verifier(publicRaw) {
      const verifier = late(() => library.verifier(publicKey(library, publicRaw), SIGNED_WITH, 0))
      return (message, signature) => {
        check(library.verified(verifier(), message, message.byteLength), 'botan_pk_op_verify_update')
        return library.verify(verifier(), signature, signature.byteLength) === 0
      }
    },
    wrapper(publicRaw) {
      const encrypter = late(() => library.encrypter(publicKey(library, publicRaw), DIGEST, 0))
      return (key) =>
        cipherFromDer(
          written(key.byteLength + CIPHER_OVERHEAD, 'botan_pk_op_encrypt', (out, length) =>
            library.encrypt(encrypter(), random, out, length, key, key.byteLength),
          ),
        )
    },
    unwrapper(privateRaw) {
      const decrypter = late(() => library.decrypter(privateKey(library, privateRaw), DIGEST, 0))
      return (wrap) => {
        const der = cipherToDer(wrap)
        return written(der.byteLength, 'botan_pk_op_decrypt', (out, length) =>
          library.decrypt(decrypter(), out, length, der, der.byteLength),
        )
      }
    },
    crypt(key, iv, bytes) {
      check(library.cipherKey(counter, key, key.byteLength), 'botan_cipher_set_key')
      check(library.cipherStart(counter, iv, iv.byteLength), 'botan_cipher_start')
      const out = Buffer.allocUnsafe(bytes.byteLength)
      const [done, taken]: [number[], number[]] = [[0], [0]]
      const { byteLength: size } = bytes
      check(library.cipherUpdate(counter, FINAL, out, size, done, bytes, size, taken), 'botan_cipher_update')
      if (done[0] !== size) throw new RangeError('botan_cipher_update wrote too little')
      return out
    },
  }
}

function libraryPath(): string | undefined {
  for (const folder of FOLDERS) {
    try {
      const name = readdirSync(folder).find((each) => LIBRARY.test(each))
      if (name !== undefined) return join(folder, name)
    } catch {
      // no such folder on this machine
    }
  }
  return undefined
}

/** The library of this machine; undefined when it is not installed, cannot be loaded, or does not give the answers of the standards. */
export function botanEngine(): SmEngine | undefined {
  const path = libraryPath()
  if (path === undefined) return undefined
  try {
    const engine = engineOf(bind(path))
    return givesStandardAnswers(engine) ? engine : undefined
  } catch {
    return undefined
  }
}
