// A picture that is part of a page: it moves and grows by mouse, touch and keys, and its elements can be chosen. Two move together.
const STEP = 1.25, PAN = 0.12, MOST = 12

export class Canvas extends EventTarget {
  constructor(box) {
    super()
    this.box = box
    this.svg = box.querySelector("svg")
    this.whole = this.svg.getAttribute("viewBox").split(" ").map(Number)
    this.pointers = new Map()
    box.classList.add("live")
    box.addEventListener("wheel", event => this.wheel(event), { passive: false })
    box.addEventListener("keydown", event => this.key(event))
    box.addEventListener("dragstart", event => event.preventDefault())
    box.addEventListener("click", event => { if (this.moved) { event.preventDefault(); event.stopPropagation() } }, true)
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) box.addEventListener(name, event => this[name](event))
    this.fit()
  }

  // The part of the picture that is shown: x, y, width, height.
  show(view, isOwn = true) {
    this.view = view
    this.svg.setAttribute("viewBox", view.map(number => +number.toFixed(2)).join(" "))
    this.box.classList.toggle("near", this.scale > 1)
    if (isOwn) this.dispatchEvent(new Event("view"))
  }

  // Show the same part as another picture does.
  follow({ view, whole }) {
    const [width, height] = [2, 3].map(side => view[side] * this.whole[side] / whole[side])
    this.show([this.whole[0] + view[0] - whole[0], this.whole[1] + view[1] - whole[1], width, height], false)
  }

  get scale() { return this.whole[2] / this.view[2] }

  fit() { this.show([...this.whole]) }

  move(dx, dy) {
    const [x, y, width, height] = this.view
    this.show([x + dx * width, y + dy * height, width, height])
  }

  // Grow by a factor around a place, which is given in shares of the box.
  grow(factor, px = 0.5, py = 0.5) {
    const [x, y, width, height] = this.view
    const by = Math.min(Math.max(factor, 1 / this.scale / 2), MOST / this.scale)
    this.show([x + width * px * (1 - 1 / by), y + height * py * (1 - 1 / by), width / by, height / by])
  }

  place(event) {
    const box = this.svg.getBoundingClientRect()
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
  }

  wheel(event) {
    if (!(event.ctrlKey || this.box.contains(document.activeElement))) return
    event.preventDefault()
    this.grow(event.deltaY < 0 ? STEP : 1 / STEP, ...this.place(event))
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const does = {
      ArrowLeft: () => this.move(-PAN, 0), ArrowRight: () => this.move(PAN, 0), ArrowUp: () => this.move(0, -PAN), ArrowDown: () => this.move(0, PAN),
      "+": () => this.grow(STEP), "=": () => this.grow(STEP), "-": () => this.grow(1 / STEP), 0: () => this.fit(),
    }[event.key]
    if (!does) return
    event.preventDefault()
    does()
  }

  pointerdown(event) {
    if (event.pointerType === "mouse" && event.button) return
    this.pointers.set(event.pointerId, event)
    this.from = event
  }

  pointermove(event) {
    const before = this.pointers.get(event.pointerId)
    if (!before) return
    const isTouch = event.pointerType === "touch"
    if (this.pointers.size === 2) this.pinch(event)
    else if (!isTouch || this.scale > 1) {
      if (!this.moved && Math.hypot(event.clientX - this.from.clientX, event.clientY - this.from.clientY) < 4) return
      this.moved = true
      this.box.setPointerCapture(event.pointerId)
      this.box.classList.add("dragged")
      const [a, b] = [this.place(before), this.place(event)]
      this.move(a[0] - b[0], a[1] - b[1])
    }
    this.pointers.set(event.pointerId, event)
  }

  pinch(event) {
    const before = this.pointers.get(event.pointerId), other = [...this.pointers.values()].find(each => each.pointerId !== event.pointerId)
    const far = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)
    this.moved = true
    this.grow(far(event) / Math.max(far(before), 1), ...this.place(other))
  }

  pointerup(event) {
    this.pointers.delete(event.pointerId)
    this.box.classList.remove("dragged")
    setTimeout(() => { this.moved = false })
  }

  pointercancel(event) { this.pointerup(event) }
}

const rows = new Map([...document.querySelectorAll("tr[data-of]")].map(row => [row.dataset.of, row]))
const card = document.querySelector("[data-element-card]")

function choose(link, element, row) {
  for (const one of document.querySelectorAll(".chosen")) one.classList.remove("chosen")
  link.classList.add("chosen")
  row.classList.add("chosen")
  const [, kind, facts] = row.cells
  const id = Object.assign(document.createElement("p"), { className: "key", textContent: row.dataset.of })
  card.querySelector("[data-element-title]").textContent = element.querySelector("title").textContent
  card.querySelector("[data-element-facts]").replaceChildren(id, ...[...kind.children, ...facts.children].map(child => child.cloneNode(true)))
  card.hidden = false
  history.replaceState(null, "", link.getAttribute("href").split("#")[0])
}

function choosable(canvas) {
  for (const element of canvas.svg.querySelectorAll("a [data-element]")) {
    const link = element.parentElement, row = rows.get(element.dataset.element)
    const called = row?.querySelector("[data-called]")
    link.addEventListener("click", event => {
      if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return
      event.preventDefault()
      if (!event.detail && called && link.classList.contains("chosen")) called.click()
      else choose(link, element, row)
    })
    link.addEventListener("dblclick", () => called?.click())
  }
}

const canvases = [...document.querySelectorAll("[data-picture]")].map(box => new Canvas(box))
for (const canvas of canvases) {
  if (card) choosable(canvas)
  for (const other of canvases) if (other !== canvas) canvas.addEventListener("view", () => other.follow(canvas))
}
for (const tools of canvases.length ? document.querySelectorAll("[data-picture-help]") : []) {
  tools.hidden = false
  tools.addEventListener("click", event => {
    const [canvas] = canvases, does = { in: () => canvas.grow(STEP), out: () => canvas.grow(1 / STEP), fit: () => canvas.fit() }
    does[event.target.dataset?.zoom]?.()
  })
}
