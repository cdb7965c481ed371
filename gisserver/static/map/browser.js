/** What only the browser can do: its cookies, and saving a file. */

/** @typedef {import("./types.js").Lang} Lang */

/** The cookie that Django's LocaleMiddleware reads too, so that the login page speaks the same language. */
const LANGUAGE_COOKIE = "django_language";
const A_YEAR_S = 365 * 24 * 3600;

/** What Django calls a language. @param {Lang} lang */
export const languageTag = (lang) => (lang === "zh" ? "zh-hans" : "en");

/** Have the server's pages speak a language too. @param {Lang} lang */
export function rememberLanguage(lang) {
  document.cookie = `${LANGUAGE_COOKIE}=${languageTag(lang)};path=/;max-age=${A_YEAR_S};samesite=lax`;
}

/** The token that a write has to carry; "" when there is none. */
export const csrf = () => cookie("csrftoken");

/** @param {string} name */
function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** @param {{blob: Blob, name: string}} file  for the browser to keep */
export function save({ blob, name }) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
