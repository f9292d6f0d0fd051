// Node's own HTTP server, with the deadlines of part 4.
import http from "node:http";

const options = {
  headersTimeout: 60_000, // the head: 408
  requestTimeout: 60_000, // head and body together: 408
  keepAliveTimeout: 5_000, // silence between requests: close
  connectionsCheckingInterval: 1_000, // how often the first two are looked at; else 30 seconds
};

const server = http.createServer(options, async (request, response) => {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = request.url === "/echo" ? Buffer.concat(chunks) : "Hello, World!";
    const type = request.headers["content-type"] ?? "text/plain";
    response.writeHead(200, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  } catch (error) {
    // The client is gone. Unhandled, this would end the program.
    console.error(error.message);
  }
});

// A client that never speaks, and one that doesn't read. Longer than the others: it closes without a word.
server.setTimeout(65_000, (socket) => socket.destroy());
server.listen(process.env.PORT ?? 8080, "127.0.0.1");
