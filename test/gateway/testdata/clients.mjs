// Clients of other people, told nothing but another base URL. Each step prints one line: {"client","step","ok","why"}.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(process.cwd() + "/");
const load = (name) => import(name);
const o = JSON.parse(process.argv.at(-1)); // base token phone waba to inbound secret verify
const tell = (line) => console.log(JSON.stringify(line));
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");

async function step(client, name, f) {
  try {
    const why = await f();
    tell({ client, step: name, ok: why === undefined || why === true, why: why === undefined || why === true ? "" : String(why) });
  } catch (e) {
    tell({ client, step: name, ok: false, why: String(e?.stack ?? e).slice(0, 300) + " " + JSON.stringify(e ?? "").slice(0, 600) });
  }
}
// strict: an answer to a send has Meta's fields and no other.
const sent = (a) => {
  const extra = [...Object.keys(a).filter((k) => !["messaging_product", "contacts", "messages"].includes(k)),
    ...Object.keys(a.messages?.[0] ?? {}).filter((k) => !["id", "message_status"].includes(k)),
    ...Object.keys(a.contacts?.[0] ?? {}).filter((k) => !["input", "wa_id", "user_id"].includes(k))];
  return extra.length ? "extra fields " + extra : /^wamid\./.test(a.messages?.[0]?.id ?? "") || "no id in " + JSON.stringify(a);
};
const greeting = { name: "greeting", language: { code: "de" }, components: [{ type: "body", parameters: [{ type: "text", text: "Ada" }] }] };
const buttons = { type: "button", body: { text: "Offen?" }, action: { buttons: [{ type: "reply", reply: { id: "a", title: "Ja" } }] } };

const { WhatsAppAPI } = await load("whatsapp-api-js");
const M = await load("whatsapp-api-js/messages");
const apijs = new WhatsAppAPI({ token: o.token, appSecret: o.secret, webhookVerifyToken: o.verify, v: "v24.0",
  ponyfill: { fetch: (url, init) => fetch(String(url).replace("https://graph.facebook.com", o.base), init) } });
const { WhatsAppClient } = await load("@kapso/whatsapp-cloud-api");
const kapsoServer = await load("@kapso/whatsapp-cloud-api/server");
const kapso = new WhatsAppClient({ baseUrl: o.base, accessToken: o.token, graphVersion: "v24.0" });
const { Client } = await load("@great-detail/whatsapp");
const great = new Client({ baseUrl: o.base, request: { headers: { Authorization: "Bearer " + o.token } } });
const { WABAClient } = require("whatsapp-business");
const business = new WABAClient({ apiToken: o.token, phoneId: o.phone, accountId: o.waba });
business.restClient.fetch.defaults.baseURL = o.base + "/v24.0";
const axios = require("axios");
const { createBot } = require("whatsapp-cloud-api");
for (const a of [axios, axios.default].filter(Boolean)) {
  a.interceptors?.request.use((c) => ({ ...c, url: c.url.replace("https://graph.facebook.com", o.base) }));
}
const bot = createBot(o.phone, o.token, { version: "v24.0" });

// What Meta tells comes back through the hub; each client checks it with its own code.
let heard;
const hearing = new Promise((r) => (heard = r));
const server = createServer(async (req, res) => {
  const url = new URL(req.url, "http://x");
  if (req.method === "GET") {
    try {
      res.end(apijs.get(Object.fromEntries(url.searchParams)));
    } catch {
      res.writeHead(403).end();
    }
    return;
  }
  const parts = [];
  for await (const p of req) parts.push(p);
  res.end();
  heard({ body: Buffer.concat(parts).toString(), signature: req.headers["x-hub-signature-256"] });
});
server.listen(0, "127.0.0.1", () => tell({ listening: "http://127.0.0.1:" + server.address().port }));

const A = "whatsapp-api-js";
await step(A, "text", async () => sent(await apijs.sendMessage(o.phone, o.to, new M.Text("Guten Tag"))));
await step(A, "template", async () => sent(await apijs.sendMessage(o.phone, o.to, new M.Template("greeting", "de", new M.BodyComponent(new M.BodyParameter("Ada"))))));
await step(A, "interactive", async () => sent(await apijs.sendMessage(o.phone, o.to, new M.Interactive(new M.ActionButtons(new M.Button("a", "Ja")), new M.Body("Offen?")))));
await step(A, "link", async () => sent(await apijs.sendMessage(o.phone, o.to, new M.Image("https://example.org/a.png"))));
await step(A, "upload", async () => {
  const form = new FormData();
  form.set("file", new Blob([png], { type: "image/png" }), "a.png");
  const { id } = await apijs.uploadMedia(o.phone, form);
  const at = await apijs.retrieveMedia(id);
  const file = Buffer.from(await (await apijs.fetchMedia(at.url)).arrayBuffer());
  if (!file.equals(png)) return "another file came back";
  if (!at.url.startsWith(o.base)) return "the file's address is not the gateway's: " + at.url;
  const gone = await apijs.deleteMedia(id);
  return gone.success === true || JSON.stringify(gone);
});
await step(A, "read", async () => (await apijs.markAsRead(o.phone, o.inbound, "text")).success === true);
await step(A, "refusal", async () => {
  const a = await apijs.sendMessage(o.phone, o.stranger, new M.Template("greeting", "de", new M.BodyComponent(new M.BodyParameter("Ada"))));
  return a.error?.code === 131050 || JSON.stringify(a);
});

const K = "@kapso/whatsapp-cloud-api";
const kept = (a) => /^wamid\./.test(a.messages?.[0]?.id ?? "") || JSON.stringify(a);
await step(K, "text", async () => kept(await kapso.messages.sendText({ phoneNumberId: o.phone, to: o.to, body: "Guten Tag" })));
await step(K, "template", async () => kept(await kapso.messages.sendTemplate({ phoneNumberId: o.phone, to: o.to, template: greeting })));
await step(K, "interactive", async () => kept(await kapso.messages.sendInteractiveButtons({ phoneNumberId: o.phone, to: o.to, bodyText: "Offen?", buttons: [{ id: "a", title: "Ja" }] })));
await step(K, "link", async () => kept(await kapso.messages.sendImage({ phoneNumberId: o.phone, to: o.to, image: { link: "https://example.org/a.png" } })));
await step(K, "upload", async () => {
  const { id } = await kapso.media.upload({ phoneNumberId: o.phone, type: "image/png", file: new Blob([png], { type: "image/png" }), fileName: "a.png" });
  return kept(await kapso.messages.sendImage({ phoneNumberId: o.phone, to: o.to, image: { id } }));
});
await step(K, "read", async () => (await kapso.messages.markRead({ phoneNumberId: o.phone, messageId: o.inbound, typingIndicator: { type: "text" } })).success === true);
await step(K, "templates", async () => {
  const all = [];
  let after;
  for (let i = 0; i < 10; i++) {
    const page = await kapso.templates.list({ businessAccountId: o.waba, limit: 2, after });
    all.push(...page.data.map((t) => t.name + t.language));
    if (!page.paging?.next) break;
    if (!page.paging.next.startsWith(o.base) || page.paging.next.includes("access_token")) return "next leads to " + page.paging.next;
    after = page.paging.cursors.after;
  }
  return (all.length === o.templates && new Set(all).size === all.length) || "templates " + all;
});
await step(K, "refusal", async () => {
  try {
    await kapso.messages.sendTemplate({ phoneNumberId: o.phone, to: o.stranger, template: greeting });
  } catch (e) {
    return e.code === 131050 || String(e.code ?? e);
  }
  return "was sent";
});

const G = "@great-detail/whatsapp";
await step(G, "text", async () => sent(await great.message.createMessage({ phoneNumberID: o.phone, to: o.to, type: "text", text: { body: "Guten Tag" } }).json()));
await step(G, "template", async () => sent(await great.message.createMessage({ phoneNumberID: o.phone, to: o.to, type: "template", template: greeting }).json()));
await step(G, "interactive", async () => sent(await great.message.createMessage({ phoneNumberID: o.phone, to: o.to, type: "interactive", interactive: buttons }).json()));
await step(G, "upload", async () => {
  const { id } = await great.media.upload({ phoneNumberID: o.phone, file: new Blob([png], { type: "image/png" }), filename: "a.png", mimeType: "image/png" }).json();
  return sent(await great.message.createMessage({ phoneNumberID: o.phone, to: o.to, type: "image", image: { id } }).json());
});
await step(G, "read", async () => (await great.message.createStatus({ phoneNumberID: o.phone, status: "read", message_id: o.inbound, typing_indicator: { type: "text" } }).json()).success === true);
await step(G, "numbers", async () => (await great.phoneNumbers.listPhoneNumbers({ businessAccountID: o.waba }).json()).data[0].id === o.phone);
await step(G, "templates", async () => (await great.template.list(o.waba, { limit: 100 }).json()).data.length === o.templates);
await step(G, "profile", async () => (await great.businessProfile.getBusinessProfile({ phoneNumberID: o.phone, fields: ["about"] }).json()).data.length === 1);

const B = "whatsapp-business";
await step(B, "text", async () => sent(await business.sendMessage({ to: o.to, type: "text", text: { body: "Guten Tag" } })));
await step(B, "template", async () => sent(await business.sendMessage({ to: o.to, type: "template", template: greeting })));
await step(B, "numbers", async () => (await business.getBusinessPhoneNumbers()).data[0].id === o.phone);
await step(B, "read", async () => (await business.markMessageAsRead(o.inbound)).success === true);

const C = "whatsapp-cloud-api";
await step(C, "text", async () => /^wamid\./.test((await bot.sendText(o.to, "Guten Tag")).messageId));
await step(C, "template", async () => /^wamid\./.test((await bot.sendTemplate(o.to, "greeting", "de", greeting.components)).messageId));
await step(C, "interactive", async () => /^wamid\./.test((await bot.sendReplyButtons(o.to, "Offen?", { a: "Ja" })).messageId));

tell({ ready: true });
const { body, signature } = await hearing;
await step(A, "webhook", async () => {
  let got;
  apijs.on.message = ({ from }) => (got = from);
  await apijs.post(JSON.parse(body), body, signature);
  await new Promise((r) => setTimeout(r, 50));
  return got === o.to.replace("+", "") || "heard " + got;
});
await step(K, "webhook", async () => kapsoServer.verifySignature({ appSecret: o.secret, rawBody: body, signatureHeader: signature }) &&
  !kapsoServer.verifySignature({ appSecret: o.secret, rawBody: body + " ", signatureHeader: signature }));
await step(G, "webhook", async () => {
  const e = await great.webhook.eventNotification({ method: "POST", query: {}, headers: { "x-hub-signature-256": signature }, body });
  return e.checkSignature(o.secret);
});
tell({ done: true });
server.close();
process.exit(0);
