// Files can be dropped, and stay chosen: the plan comes into the page, and the way of the files to the server is shown.
const form = document.querySelector("[data-deploy]"), zone = form.querySelector("[data-drop]"), bar = form.querySelector("[data-progress]")
const AWAY = "The server cannot be reached, or a file was changed after you chose it. Try it again, or choose the files again."
let chosen = new Map(), isDeploying = false

function send(url) {
  if (isDeploying) return
  const body = new FormData(form), request = new XMLHttpRequest()
  if (chosen.size) for (const name of ["file", "folder", "kept-name", "kept-data"]) body.delete(name)
  for (const [path, file] of chosen) body.append("file", file, path)
  // What is more than the server takes is told before it is sent.
  const much = { parts: [...body].length, bytes: [...chosen.values()].reduce((sum, file) => sum + file.size, 0) }
  for (const told of form.querySelectorAll("[data-over]")) told.hidden = much[told.dataset.over] <= told.dataset.most
  if (form.querySelector("[data-over]:not([hidden])")) return form.querySelector("[data-plan]").replaceChildren()
  isDeploying = url === "/deploy"
  request.open("POST", url)
  request.setRequestHeader("Accept", "text/html")
  request.responseType = "document"
  request.upload.addEventListener("progress", event => { bar.value = event.loaded / (event.total || 1) })
  request.addEventListener("loadend", () => show(request, url))
  bar.hidden = false
  request.send(body)
}

function show({ response, responseURL, status }, url) {
  bar.hidden = true
  isDeploying = false
  if (responseURL && !/^\/deploy(\/|$)/.test(new URL(responseURL).pathname)) return location.assign(responseURL)
  const [old, now] = [form, response].map(each => each?.querySelector("[name=procdef-token]"))
  const isOfNewLogin = status === 403 && now && old.value !== now.value
  if (isOfNewLogin) old.value = now.value
  if (isOfNewLogin) return send(url)
  const found = response?.querySelector("[data-plan]") ?? response?.querySelector("main > *") ?? Object.assign(document.createElement("p"), { textContent: AWAY })
  for (const inner of found.querySelectorAll("form, [data-away]")) inner.remove()
  for (const advice of found.querySelectorAll("[data-advice]")) advice.textContent = "Then send the form again: your files are still chosen."
  form.querySelector("[data-plan]").replaceChildren(...(found.matches("[data-plan]") ? found.childNodes : [found]))
}

function choose(files) {
  chosen = new Map(files.filter(([path]) => !path.split("/").some(part => part.startsWith("."))))
  form.querySelector("[data-chosen]").textContent = chosen.size === 1 ? [...chosen.keys()][0] : `${chosen.size.toLocaleString("en")} files chosen`
  form.querySelector("[data-kept]")?.remove()
  if (chosen.size) send("/deploy/check")
}

async function within(entry) {
  if (entry instanceof File) return [[entry.name, entry]]
  if (entry.isFile) return [[entry.fullPath.slice(1), await new Promise((done, failed) => entry.file(done, failed))]]
  const reader = entry.createReader(), found = []
  for (let some; (some = await new Promise((done, failed) => reader.readEntries(done, failed))).length;) for (const one of some) found.push(...await within(one))
  return found
}

form.querySelector("[data-dropped]").hidden = false
form.addEventListener("change", event => { if (event.target.type === "file") choose([...event.target.files].map(file => [file.webkitRelativePath || file.name, file])) })
form.addEventListener("submit", event => {
  event.preventDefault()
  send(event.submitter?.getAttribute("formaction") ?? "/deploy")
})
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) zone.addEventListener(name, event => {
  event.preventDefault()
  zone.classList.toggle("over", name.startsWith("drago") || name === "dragenter")
  if (name === "drop") Promise.all([...event.dataTransfer.items].map(item => item.webkitGetAsEntry() ?? item.getAsFile()).filter(Boolean).map(within)).then(found => choose(found.flat()))
})
