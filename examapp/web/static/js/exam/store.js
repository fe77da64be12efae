// What this browser keeps until the server has confirmed it. Where it may keep nothing (a full
// or forbidden store), the page's own memory does, and `lasting` says so.

const memory = new Map();

export const store = {
  lasting: true,

  get(key) {
    if (memory.has(key)) return memory.get(key);
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },

  set(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      memory.delete(key);
    } catch {
      memory.set(key, value);
      this.lasting = false;
    }
  },

  remove(key) {
    memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch { /* forbidden: there was nothing either */ }
  },

  keys(prefix) {
    let kept = [];
    try {
      kept = Object.keys(localStorage);
    } catch { /* forbidden */ }
    return [...new Set([...kept, ...memory.keys()])].filter((key) => key.startsWith(prefix));
  },
};
