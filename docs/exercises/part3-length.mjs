// Reads a body of Content-Length bytes and gives it back; refuses every other way to write the length.
import net from "node:net";

const MAX_HEAD_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 1024 * 1024;
const END = "\r\n\r\n";

function respond(socket, status, body) {
  const head = [
    `HTTP/1.1 ${status}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.write(head.join("\r\n") + END);
  socket.end(body);
}

// The body's length, or undefined if the head doesn't say it as it should.
function bodyLength(head) {
  const fields = head.split("\r\n").slice(1);
  const lengths = fields.filter((line) => /^content-length:/i.test(line));
  if (lengths.length === 0) return 0;
  // Digits and nothing else: Number() would take "", "0x5" and "1e3".
  const digits = /^[^:]*:[ \t]*([0-9]+)[ \t]*$/.exec(lengths[0]);
  if (lengths.length > 1 || !digits) return undefined;
  // Beyond the limit it doesn't matter what a float does to the last digits.
  const length = Number(digits[1]);
  return length <= MAX_BODY_BYTES ? length : undefined;
}

const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  let received = Buffer.alloc(0);
  let length;
  let bodyStart = 0;
  let answered = false;
  const answer = (status, body) => {
    answered = true;
    respond(socket, status, body);
  };
  socket.on("data", (chunk) => {
    if (answered) return;
    const from = Math.max(0, received.length - (END.length - 1));
    received = Buffer.concat([received, chunk]);
    if (bodyStart === 0) {
      const end = received.indexOf(END, from);
      if (end < 0) {
        if (received.length > MAX_HEAD_BYTES) answer("431 Too Large", "Send a shorter head.\n");
        return;
      }
      // One letter a byte, so that nothing is lost or joined.
      length = bodyLength(received.toString("latin1", 0, end));
      bodyStart = end + END.length;
      if (length === undefined) return answer("400 Bad Request", "Send one Content-Length.\n");
    }
    if (received.length - bodyStart >= length) {
      answer("200 OK", received.subarray(bodyStart, bodyStart + length));
    }
  });
  socket.on("end", () => {
    if (answered) return;
    if (received.length === 0) socket.end();
    else answer("400 Bad Request", "The stream ended inside the request.\n");
  });
  socket.on("error", (error) => console.error(error.message));
});

server.listen(process.env.PORT ?? 8080, "127.0.0.1");
