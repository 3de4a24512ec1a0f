/** Loaded into a member before its program (`--import`): tells every second what its process holds, as `memory {…}` in bytes. */
setInterval(() => {
  const { rss, heapUsed, external } = process.memoryUsage();
  process.stdout.write(`memory ${JSON.stringify({ rss, heapUsed, external })}\n`);
}, 1_000).unref();
