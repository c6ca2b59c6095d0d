// What every page has: times relative to now, buttons that copy, and keys.
const UNITS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [2592000, "day", 86400]]
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" })

export function showTimes(root = document) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.dataset.full ||= time.textContent
    time.title ||= `${time.textContent} (${time.dateTime})`
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000
    const unit = UNITS.find(([below]) => Math.abs(seconds) < below)
    if (unit) time.textContent = relative.format(Math.round(seconds / unit[2]), unit[1])
  }
}

const say = text => { document.getElementById("said").textContent = text }

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break
  const label = button.textContent
  button.hidden = false
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy)
    say("Copied")
    button.textContent = "copied"
    setTimeout(() => { button.textContent = label }, 1500)
  })
}
showTimes()
setInterval(showTimes, 60000)
document.addEventListener("procdef:changed", () => showTimes())

// Single keys work unless somebody has switched them off, or types.
const dialog = document.getElementById("keys"), choice = dialog.querySelector("input")
choice.checked = localStorage.getItem("procdef-keys") !== "off"
choice.addEventListener("change", () => localStorage.setItem("procdef-keys", choice.checked ? "on" : "off"))
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false
  button.addEventListener("click", () => dialog.showModal())
}

function step(by) {
  const links = [...document.querySelectorAll(".list tbody a.name")]
  links.at(Math.min(Math.max(links.indexOf(document.activeElement) + by, 0), links.length - 1))?.focus()
}

const KEYS = {
  "/": () => document.querySelector("[data-find]").focus(), "?": () => dialog.showModal(), j: () => step(1), k: () => step(-1),
  y: () => navigator.clipboard?.writeText(location.href).then(() => say("Copied the link")),
}
document.addEventListener("keydown", event => {
  const isTyping = event.target.closest?.("input, textarea, select, dialog, [contenteditable]")
  if (!choice.checked || isTyping || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`)
  if (!KEYS[event.key] && !link) return
  event.preventDefault()
  if (link) link.click()
  else KEYS[event.key]()
})

// A form is sent once, however often somebody clicks; again when its page comes back.
document.addEventListener("submit", event => {
  const form = event.target
  if (event.defaultPrevented || form.method !== "post") return
  if (form.dataset.sent) event.preventDefault()
  form.dataset.sent = "yes"
})
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent })

// What unfolds over the page is folded by a click elsewhere, and by Escape.
const fold = kept => { for (const each of document.querySelectorAll("details.fold[open]")) if (each !== kept) each.open = false }
document.addEventListener("click", event => fold(event.target.closest("details.fold")))
document.addEventListener("keydown", event => {
  const open = event.key === "Escape" && document.querySelector("details.fold[open] > summary")
  if (open) { open.focus(); fold() }
})
