// Verifies FOLDER/credential.json with Digital Bazaar's library and nothing but the files of FOLDER: did.json,
// status*.json and contexts/index.json ({address: file}). Prints one JSON object; any other address is refused.
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as vc from '@digitalbazaar/vc';
import jsonld from 'jsonld';

globalThis.fetch = () => { throw new Error('no network'); };

const folder = process.argv[2];
const read = (...names) => JSON.parse(readFileSync(join(folder, ...names), 'utf8'));
const documents = new Map();
for (const [url, file] of Object.entries(read('contexts', 'index.json'))) {
  documents.set(url, read('contexts', file));
}
const did = read('did.json');
documents.set(did.id, did);
for (const method of did.verificationMethod) {
  documents.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
}
for (const name of readdirSync(folder)) {
  if (/^status.*\.json$/.test(name)) {
    const list = read(name);
    documents.set(list.id, list);
  }
}

const documentLoader = async url => {
  if (!documents.has(url)) {
    throw new Error(`not in the folder: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: documents.get(url)};
};
// in safe mode a term that no context defines is an error
await jsonld.expand(did, {documentLoader, safe: true});

const suite = new DataIntegrityProof({cryptosuite});
const withStatus = options => checkStatus({...options, suite, verifyBitstringStatusListCredential: true});

const credential = read('credential.json');
const result = await vc.verifyCredential({
  credential, suite, documentLoader, ...(credential.credentialStatus ? {checkStatus: withStatus} : {})
});
const reasons = [];
const collect = error => {
  if (error) {
    reasons.push(error.message);
    (error.errors ?? []).forEach(collect);
    collect(error.cause);
  }
};
collect(result.error);
collect(result.statusResult?.error);

// what the library calls verified may be revoked: it says so only here. Open Badges has room for one entry; those in
// furtherStatus, which the signature covers too, are put where the library looks for them
const statuses = {};
const note = found => (found?.results ?? []).forEach(({credentialStatus, status}) => {
  statuses[credentialStatus.statusPurpose] = status;
});
note(result.statusResult);
let verified = result.verified;
if (credential.furtherStatus) {
  const named = new Set(credential.furtherStatus.map(entry => entry.statusListCredential));
  if ([...named].some(url => documents.has(url))) {
    const further = await withStatus({
      credential: {...credential, credentialStatus: credential.furtherStatus.filter(
        entry => documents.has(entry.statusListCredential))},
      documentLoader
    });
    note(further);
    collect(further.error);
    verified &&= further.verified;
  }
}
console.log(JSON.stringify({verified, statuses, reasons}));
