// An SMSC on npm's smpp, for tests: every PDU it sees goes to stdout as one line of JSON; stdin takes one command a line.
'use strict';
const smpp = require('smpp');
const readline = require('readline');

const args = JSON.parse(process.argv[1]); // {key, cert, login, password}
const say = (o) => process.stdout.write(JSON.stringify(o) + '\n');
const sessions = new Map();
let lines = 0, taken = 0;
let faults = []; // what the next submits are answered with: a status, or "silent", or "cut"

const textOf = (pdu) => {
  const m = pdu.short_message;
  if (!m) return { text: '' };
  const udh = m.udh ? m.udh.map((b) => b.toString('hex')) : undefined;
  return { text: Buffer.isBuffer(m.message) ? m.message.toString('hex') : m.message, udh };
};

const onSession = (session) => {
  const line = 'line-' + ++lines;
  sessions.set(line, session);
  session.on('error', (e) => say({ line, saw: 'error', text: String(e.message || e) }));
  session.on('close', () => { sessions.delete(line); say({ line, saw: 'close' }); });
  session.on('pdu', (pdu) => {
    const seen = { line, saw: pdu.command, seq: pdu.sequence_number, status: pdu.command_status };
    switch (pdu.command) {
      case 'bind_transceiver': {
        const known = pdu.system_id === args.login && pdu.password === args.password;
        say({ ...seen, from: pdu.system_id });
        session.send(pdu.response(known ? { system_id: 'npm' } : { command_status: smpp.ESME_RINVPASWD }));
        break;
      }
      case 'submit_sm': {
        const fault = faults.shift();
        const id = 'n' + ++taken;
        say({ ...seen, from: pdu.source_addr, to: pdu.destination_addr, ton: pdu.source_addr_ton, coding: pdu.data_coding, class: pdu.esm_class, registered: pdu.registered_delivery, fault, ...textOf(pdu) });
        if (fault === 'silent') return;
        if (fault === 'cut') return session.destroy();
        if (typeof fault === 'number') return session.send(pdu.response({ command_status: fault }));
        session.send(pdu.response({ message_id: id }));
        if (pdu.registered_delivery) {
          session.deliver_sm({
            source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
            short_message: `id:${id} sub:001 dlvrd:001 submit date:2611230400 done date:2611230401 stat:DELIVRD err:000 text:`,
          });
        }
        break;
      }
      case 'unbind': say(seen); session.send(pdu.response()); session.close(); break;
      case 'enquire_link': say(seen); session.send(pdu.response()); break;
      default: say(seen);
    }
  });
};

const options = args.key ? { key: args.key, cert: args.cert } : {};
const server = smpp.createServer(options, onSession);
server.listen(0, '127.0.0.1', () => say({ saw: 'ready', text: String(server.address().port) }));

// pieces cuts a long text as phones do, with a header of 8-bit or 16-bit reference.
const pieces = (c) => {
  const size = c.unicode ? 67 : 153;
  const chars = [...c.text];
  const out = [];
  for (let i = 0; i < chars.length; i += size) out.push(chars.slice(i, i + size).join(''));
  return out.map((message, i) => ({
    udh: Buffer.from(c.wide ? [6, 8, 4, 1, c.ref, out.length, i + 1] : [5, 0, 3, c.ref, out.length, i + 1]), message,
  }));
};

readline.createInterface({ input: process.stdin }).on('line', (l) => {
  const c = JSON.parse(l);
  const session = c.line ? sessions.get(c.line) : [...sessions.values()][0];
  switch (c.do) {
    case 'fault': faults = faults.concat(c.faults); break;
    case 'cut': for (const s of sessions.values()) s.destroy(); break;
    case 'unbind': session.unbind(); break;
    case 'enquire': session.enquire_link(); break;
    case 'raw': session.socket.write(Buffer.from(c.text, 'hex')); break;
    case 'deliver': {
      const head = { source_addr_ton: 1, source_addr_npi: 1, source_addr: c.from, destination_addr: c.to };
      if (c.coding !== undefined) head.data_coding = c.coding;
      const all = c.ref ? pieces(c) : [c.coding !== undefined && c.hex ? Buffer.from(c.hex, 'hex') : c.text];
      if (c.backwards) all.reverse();
      for (const short_message of all.slice(c.skip || 0)) session.deliver_sm({ ...head, short_message, ...(c.ref ? { esm_class: 0x40 } : {}) }, (answer) => say({ saw: 'answered', status: answer.command_status }));
      break;
    }
  }
  say({ saw: 'told', text: c.do });
}).on('close', () => process.exit(0));
