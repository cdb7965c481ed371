/** The login page's language switch: remembers the choice and shows the page again. */

/** Kept for a year; the map and Django's LocaleMiddleware read the same cookie. */
const A_YEAR_S = 365 * 24 * 3600;

const button = /** @type {HTMLButtonElement} */ (document.querySelector("[data-language]"));
button.addEventListener("click", () => {
  document.cookie = `django_language=${button.dataset.language};path=/;max-age=${A_YEAR_S};samesite=lax`;
  location.reload();
});
