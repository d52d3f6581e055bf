/** What one stream may have on the way unread, in bytes: much for one download, and a thousand idle-reader streams still fit in memory. */
export const STREAM_WINDOW = 1024 * 1024;

/** What all streams of a tunnel together may have on the way, in bytes. */
export const TUNNEL_WINDOW = 16 * 1024 * 1024;

const MANY_STREAMS = 20_000;

/** Trailer by which the opener of a stream says that it broke off, where a regular end carries no trailers. */
export const ABORTED_TRAILER = 'devenv-aborted';

/** Options of both ends. Node's defaults are made for browsers: a hundred streams, ten megabytes of memory. */
export const sessionOptions = {
  settings: {
    initialWindowSize: STREAM_WINDOW,
    maxConcurrentStreams: MANY_STREAMS,
    enablePush: false,
  },
  peerMaxConcurrentStreams: MANY_STREAMS,
  maxSessionMemory: 1000,
  maxOutstandingPings: 100,
};
