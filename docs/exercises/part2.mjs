// Part 2 in Node: buffers the stream, and answers when the client has ended its direction.
import net from "node:net";

const MAX_BYTES = 1024 * 1024;

function respond(socket, status, body) {
  const head = [
    `HTTP/1.1 ${status}`,
    `Date: ${new Date().toUTCString()}`,
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(head.join("\r\n") + "\r\n\r\n" + body);
}

// Without allowHalfOpen, Node ends our direction as soon as the client has ended its own.
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  const chunks = [];
  let bytes = 0;
  socket.on("data", (chunk) => {
    if (bytes > MAX_BYTES) return;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      chunks.length = 0;
      respond(socket, "413 Content Too Large", `Send at most ${MAX_BYTES} bytes.\n`);
    }
  });
  socket.on("end", () => {
    if (bytes === 0) socket.end();
    else if (bytes <= MAX_BYTES) {
      const shown = Buffer.concat(chunks).subarray(0, 500).toString();
      respond(socket, "200 OK", `buffered ${bytes} bytes, chunks: ${chunks.length}\n${shown}\n`);
    }
  });
  // An error that nobody listens to would end the program.
  socket.on("error", (error) => console.error(error.message));
});

server.listen(process.env.PORT ?? 8080, "127.0.0.1");
