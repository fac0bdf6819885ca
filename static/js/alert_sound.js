// A sound when somebody asks for this person: loaded for who chose one.
const PITCH = 660, LOUD = 0.08, SILENT = 0.0001, LENGTH = 0.35;

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const end = audio.currentTime + LENGTH;
  volume.gain.setValueAtTime(LOUD, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(SILENT, end);
  tone.frequency.value = PITCH;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(end);
  tone.addEventListener("ended", () => audio.close());
}

document.addEventListener("alerts:told", beep);
