/**
 * An entry of an archive: a file with its content, or a folder where there is none.
 * @typedef {{ path: string, content?: Buffer, mode: number }} CpioEntry
 */

const folderType = 0o040000;
const fileType = 0o100000;

/** Headers and contents are padded to four bytes. @param {Buffer} bytes */
function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** @param {number} inode @param {CpioEntry} entry */
function encodeEntry(inode, { path, content, mode }) {
  const type = content === undefined ? folderType : fileType;
  const name = Buffer.from(`${path}\0`);
  const size = content?.length ?? 0;
  // inode, mode, uid, gid, links, mtime, size, device (2), device of a device file (2), length of the name, checksum
  const numbers = [inode, type | mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name.length, 0];
  const header = `070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([
    padded(Buffer.concat([Buffer.from(header), name])),
    padded(content ?? Buffer.alloc(0)),
  ]);
}

/**
 * An archive as the kernel takes it for an initial file system: cpio(5)'s "newc" format, documented in the kernel's
 * driver-api/early-userspace/buffer-format. A folder has to come before what lies in it.
 * @param {readonly CpioEntry[]} entries
 */
export function encodeCpio(entries) {
  const end = { path: 'TRAILER!!!', content: Buffer.alloc(0), mode: 0 };
  return Buffer.concat([...entries, end].map((entry, index) => encodeEntry(index + 1, entry)));
}
