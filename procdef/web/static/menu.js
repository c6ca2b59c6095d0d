// A choice whose values are a page of their own opens them in place.
let open = null

function close() {
  if (!open) return
  open.link.setAttribute("aria-expanded", "false")
  open.box.remove()
  open = null
}

async function show(link) {
  const answer = await fetch(link.href)
  if (!answer.ok) return location.assign(link.href)
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const box = document.importNode(page.querySelector("[data-menu-content]"), true)
  close()
  link.parentElement.append(box)
  link.setAttribute("aria-expanded", "true")
  open = { link, box }
  box.querySelector("a")?.focus()
}

for (const link of document.querySelectorAll("a[data-menu]")) {
  const menu = Object.assign(document.createElement("span"), { className: "menu" })
  link.replaceWith(menu)
  menu.append(link)
  link.setAttribute("role", "button")
  link.setAttribute("aria-expanded", "false")
  const toggle = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if (open?.link === link) close()
    else show(link)
  }
  link.addEventListener("click", toggle)
  link.addEventListener("keydown", event => { if (event.key === " ") toggle(event) })
}
document.addEventListener("keydown", event => {
  if (!open) return
  const links = [...open.box.querySelectorAll("a")], place = links.indexOf(document.activeElement)
  if (event.key === "Escape") {
    open.link.focus()
    close()
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault()
    links.at((place + (event.key === "ArrowDown" ? 1 : -1)) % links.length)?.focus()
  }
})
document.addEventListener("click", event => { if (open && !open.box.contains(event.target) && !open.link.contains(event.target)) close() })
