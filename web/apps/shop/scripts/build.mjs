// The demonstration shop is plain files: building it is copying them to where the server finds them.
import { cp, mkdir, rm } from 'node:fs/promises';

const target = new URL('../../../dist/shop/', import.meta.url);
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await cp(new URL('../public/', import.meta.url), target, { recursive: true });
console.log('shop: copied to dist/shop');
