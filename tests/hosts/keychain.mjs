/** What stands in the keychain of this session, and whether a token stands anywhere else. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SECRETS = 'org.freedesktop.secrets';
const words = (reply) => [...reply.matchAll(/string "([^"]*)"/g)].map((match) => match[1]);

function ask(path, method, ...args) {
  return execFileSync('dbus-send', ['--session', '--print-reply', `--dest=${SECRETS}`, path, method, ...args], { encoding: 'utf8' });
}

/** The attributes of each of Keyholder's items (Secret Service API), and never a secret. */
export function items() {
  const property = (path, face, name) =>
    ask(path, 'org.freedesktop.DBus.Properties.Get', `string:org.freedesktop.Secret.${face}`, `string:${name}`);
  const paths = (reply) => [...reply.matchAll(/object path "([^"]*)"/g)].map((match) => match[1]);
  return paths(property('/org/freedesktop/secrets', 'Service', 'Collections'))
    .flatMap((collection) => paths(property(collection, 'Collection', 'Items')))
    .map((item) => {
      const said = words(property(item, 'Item', 'Attributes'));
      return Object.fromEntries(said.flatMap((word, i) => (i % 2 ? [] : [[word, said[i + 1]]])));
    })
    .filter((attributes) => attributes.service?.startsWith('dev.keyholder'));
}

/** Those of the files that hold a JWT or one of the values. */
export function filesWith(values, files) {
  const needles = ['eyJ', ...values].map((value) => Buffer.from(value));
  return files.filter((file) => {
    const bytes = readFileSync(file);
    return needles.some((needle) => bytes.includes(needle));
  });
}

/** Every file under the folder. */
export function files(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((path) => lstatSync(path).isFile());
}
