// A recording for the telephone: from the microphone, or from any file that the browser can read. It becomes a WAV of one channel
// here, so that the server needs no decoders. Without this script a WAV or MP3 can be sent as it is.
for (const form of document.querySelectorAll("[data-record]")) {
  const input = form.querySelector("input[type=file]"), button = form.querySelector("[data-recorder]");

  const send = () => { form.dispatchEvent(new Event("sent", { bubbles: true })); form.submit(); };
  const wav = (sound) => {
    const n = sound.length, view = new DataView(new ArrayBuffer(44 + 2 * n));
    const text = (at, s) => { for (let i = 0; i < s.length; i++) view.setUint8(at + i, s.charCodeAt(i)); };
    text(0, "RIFF"); view.setUint32(4, 36 + 2 * n, true); text(8, "WAVEfmt "); view.setUint32(16, 16, true);
    view.setUint16(20, 1, true); view.setUint16(22, 1, true); view.setUint32(24, sound.sampleRate, true);
    view.setUint32(28, 2 * sound.sampleRate, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true);
    text(36, "data"); view.setUint32(40, 2 * n, true);
    const channels = Array.from({ length: sound.numberOfChannels }, (_, c) => sound.getChannelData(c));
    for (let i = 0; i < n; i++) {
      let v = 0;
      for (const c of channels) v += c[i] / channels.length;
      view.setInt16(44 + 2 * i, Math.max(-1, Math.min(1, v)) * 32767, true);
    }
    return new File([view], "recording.wav", { type: "audio/wav" });
  };

  const take = async (blob) => {
    const context = new AudioContext();
    try {
      const files = new DataTransfer();
      files.items.add(wav(await context.decodeAudioData(await blob.arrayBuffer())));
      input.files = files.files;
    } finally { context.close(); }
  };

  form.addEventListener("submit", async (e) => {
    const file = input.files[0];
    if (!file || /\.(wav|mp3)$/i.test(file.name)) return;
    e.preventDefault();
    try { await take(file); } catch { /* the server says what is wrong with it */ }
    send();
  });

  if (!button || !navigator.mediaDevices || !window.MediaRecorder) continue;
  button.hidden = false;
  const word = button.textContent;
  let recorder;
  button.addEventListener("click", async () => {
    if (recorder) { recorder.stop(); return; }
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); } catch { return; }
    const parts = [];
    recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", (e) => parts.push(e.data));
    recorder.addEventListener("stop", async () => {
      for (const track of stream.getTracks()) track.stop();
      recorder = undefined;
      button.textContent = word;
      button.classList.remove("on");
      await take(new Blob(parts));
      send();
    });
    recorder.start();
    button.textContent = button.dataset.stop;
    button.classList.add("on");
  });
}
