// Follows one analysis with the documented client and prints what it hears, one JSON value a line.
import { io } from 'socket.io-client';

// `token` stays the same; of `tokens`, each connection takes the next one. With `resume`, missed events are asked for.
const { url, token, tokens, analysisId, since, resume, steps, options, acknowledged, until } = JSON.parse(process.argv[2]);
const tell = (...what) => console.log(JSON.stringify(what));
const auth = tokens ? (give) => give({ token: tokens.length > 1 ? tokens.shift() : tokens[0] }) : { token };
const socket = io(url, { auth, ...options });
let seen = since;
const end = (code) => {
  socket.close();
  process.exit(code);
};

socket.on('connect', () => {
  tell('connect', socket.io.engine.transport.name);
  const asked = { analysisId, since: resume ? (seen ?? 0) : since, steps };
  if (acknowledged) socket.emit('subscribe_analysis', asked, (answer) => tell('ack', answer));
  else socket.emit('subscribe_analysis', asked);
});
socket.io.on('open', () => socket.io.engine.on('upgrade', (transport) => tell('upgrade', transport.name)));
for (const name of ['analysis_progress', 'analysis_step', 'analysis_complete', 'analysis_error', 'error']) {
  socket.on(name, (data) => {
    tell(name, data);
    seen = data.seq ?? seen;
    if (name === until) end(0);
  });
}
socket.on('connect_error', (error) => {
  tell('connect_error', error.message, error.data ?? null);
  if (until === 'connect_error') end(0);
});
socket.on('disconnect', (reason) => {
  tell('disconnect', reason);
  if (until === 'disconnect') end(0);
});
setTimeout(() => end(1), 30000);
