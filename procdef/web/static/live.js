// What is shown stays true: every ten seconds, while somebody looks, the page is asked for again, and its live parts are put in.
// While that fails it is asked less and less often, down to once a minute.
const EVERY = 10000, MOST_SKIPPED = 5
let tag = null, isBusy = false, skipping = 0, left = 0

function tell(text, url, label) {
  left = skipping = Math.min(skipping * 2 || 1, MOST_SKIPPED)
  if (document.querySelector("[data-note]")?.dataset.note === text) return
  const note = Object.assign(document.createElement("p"), { className: "banner", role: "status" })
  note.dataset.note = text
  note.append(`${text} `)
  if (url) note.append(Object.assign(document.createElement("a"), { href: url, textContent: label, target: url === "/login" ? "_blank" : "" }))
  document.querySelector("[data-note]")?.remove()
  document.querySelector("main").prepend(note)
}

const parts = page => [...page.querySelectorAll("[data-live]")].map(part => part.tagName + part.dataset.live).join()

function replace(page) {
  if (parts(document) !== parts(page)) return location.reload()
  const focused = document.activeElement?.closest("[data-live]") && document.activeElement.getAttribute("href")
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = page.querySelector(`[data-live="${old.dataset.live}"]`)
    if (!now || now.isEqualNode(old)) continue
    const known = new Set([...old.querySelectorAll("[data-row]")].map(row => row.dataset.row))
    const made = document.importNode(now, true)
    for (const row of made.querySelectorAll("[data-row]")) row.classList.toggle("new", known.size > 0 && !known.has(row.dataset.row))
    old.replaceWith(made)
  }
  if (focused) document.querySelector(`[data-live] a[href="${CSS.escape(focused)}"]`)?.focus()
  document.dispatchEvent(new Event("procdef:changed"))
}

async function look() {
  if (document.hidden || isBusy || !document.querySelector("[data-live], main form[method=post]")) return
  isBusy = true
  try {
    const answer = await fetch(location.href, { cache: "no-cache" })
    if (answer.status === 401) return tell("Your session has ended. What you have entered is still here.", "/login", "Log in in a new tab")
    if (answer.status === 404) return tell("This was deleted meanwhile.", "/", "All definitions")
    if (!answer.ok) return tell("The server does not answer now. This page tries again by itself.")
    skipping = left = 0
    document.querySelector("[data-note]")?.remove()
    if (answer.headers.get("ETag") === tag) return
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const shows = [document, page].map(each => each.querySelector("[data-shows]")?.dataset.shows)
    if (shows[0] === "nothing" && shows[1] !== "nothing") return location.reload()
    if (shows[0] !== shows[1]) return tell("A newer version came.", location.href, "Show it")
    const token = page.querySelector("input[name=procdef-token]")?.value
    for (const field of document.querySelectorAll("input[name=procdef-token]")) field.value = token ?? field.value
    replace(page)
    tag = answer.headers.get("ETag")
  } catch {
    tell("The server cannot be reached. This page tries again by itself.")
  } finally {
    isBusy = false
  }
}

setInterval(() => left-- > 0 || look(), EVERY)
document.addEventListener("visibilitychange", look)
