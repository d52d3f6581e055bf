/**
 * This user's own directory on this machine: made or checked before every use, with sockets in it whose other end is
 * this user, and locks that die with whoever holds them. Knows nothing of sessions and containers.
 */
export { FileLock, isLocked } from './file-lock.ts';
export { loadNative } from './native.ts';
export { isOwnPeer } from './peer.ts';
export { isPrivateDirectory, makePrivateDirectory } from './private-directory.ts';
export { dialPrivately, listenPrivately } from './private-socket.ts';
export { refuseLongSocketPath } from './socket-path.ts';
