// Node's own HTTP server, as short as the checks allow.
import http from "node:http";

const server = http.createServer((request, response) => {
  if (request.url === "/echo") request.pipe(response);
  else response.end("Hello, World!");
});

server.listen(process.env.PORT ?? 8080, "127.0.0.1");
