// A table of routes, and targets that are cut apart first and decoded then.
import http from "node:http";

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

const greet = () => ({ body: "Hello, World!" });
const echo = (call) => ({ type: call.type, body: call.body });
const routes = [
  ["GET", "/", greet],
  ...["GET", "POST", "PUT", "DELETE", "PATCH"].map((method) => [method, "/echo", echo]),
];

// The bytes that a text stands for, one character each; undefined if a % has no two digits behind it.
function decode(text) {
  const [first, ...pieces] = text.split("%");
  if (!pieces.every((piece) => /^[0-9A-Fa-f]{2}/.test(piece))) return undefined;
  const byte = (piece) => String.fromCharCode(parseInt(piece.slice(0, 2), 16)) + piece.slice(2);
  return first + pieces.map(byte).join("");
}

function answer(method, target, call) {
  if (!METHODS.includes(method)) return { status: 501 };
  const [path, query = ""] = target.split(/\?(.*)/s);
  const segments = path.split("/").map(decode);
  const pairs = query.split("&").flatMap((pair) => pair.split(/=(.*)/s, 2).map(decode));
  if (segments.includes(undefined) || pairs.includes(undefined)) return { status: 400 };
  // A slash that was encoded must not look like one that cuts.
  const fits = ([, pattern]) => JSON.stringify(pattern.split("/")) === JSON.stringify(segments);
  const here = routes.filter(fits);
  if (here.length === 0) return { status: 404 };
  const wanted = method === "HEAD" ? "GET" : method;
  const route = here.find(([other]) => other === wanted);
  if (route) return { status: 200, ...route[2](call) };
  const methods = here.map(([other]) => other);
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  return { status: method === "OPTIONS" ? 204 : 405, allow };
}

const server = http.createServer(async (request, response) => {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const call = { type: request.headers["content-type"], body: Buffer.concat(chunks) };
    const { status, type, allow, body = "" } = answer(request.method, request.url, call);
    if (allow) response.setHeader("Allow", allow);
    if (status !== 204) response.setHeader("Content-Length", Buffer.byteLength(body));
    response.setHeader("Content-Type", type ?? "text/plain");
    response.writeHead(status).end(body);
  } catch (error) {
    // The client is gone. Unhandled, this would end the program.
    console.error(error.message);
  }
});

server.listen(process.env.PORT ?? 8080, "127.0.0.1");
