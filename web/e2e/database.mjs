// A PostgreSQL of one test run, in a folder of its own; nothing of it is left.
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

function programs() {
  const root = '/usr/lib/postgresql';
  const found = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)).map((one) => join(root, one, 'bin')) : [];
  const bin = found.find((one) => existsSync(join(one, 'initdb')));
  if (!bin) throw new Error('missing: PostgreSQL’s initdb; on Debian: apt-get install postgresql');
  return bin;
}

/** PostgreSQL does not run as root. */
function owner() {
  if (process.getuid() !== 0) return {};
  const number = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

export class Database {
  static start() {
    const database = new Database();
    Object.assign(database, { bin: programs(), who: owner(), folder: mkdtempSync('/tmp/hark-pg-') });
    if (database.who.uid !== undefined) chownSync(database.folder, database.who.uid, database.who.gid);
    database.must('initdb', ['-D', join(database.folder, 'data'), '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C', '-N']);
    const settings = `-c listen_addresses='' -c unix_socket_directories='${database.folder}' -c fsync=off -c max_connections=100`;
    database.must('pg_ctl', ['-D', join(database.folder, 'data'), '-l', join(database.folder, 'log'), '-o', settings, '-w', '-s', 'start']);
    database.url = `host=${database.folder} user=postgres dbname=postgres`;
    return database;
  }

  must(program, args) {
    const { status, stderr } = spawnSync(join(this.bin, program), args, { ...this.who, cwd: this.folder, stdio: ['ignore', 'ignore', program === 'pg_ctl' ? 'ignore' : 'pipe'], encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
  }

  end() {
    try { this.must('pg_ctl', ['-D', join(this.folder, 'data'), '-m', 'immediate', '-s', 'stop']); } finally { rmSync(this.folder, { recursive: true, force: true }); }
  }
}
