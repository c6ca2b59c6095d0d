// Measures what is drawn in this page: the elements that bpmn-js draws of a file, and those of a picture of procdef.
// A measurement has the elements of one plane by id: {shape: [x, y, width, height]}, or {points: [[x, y] ...]}, and {label: text}.
"use strict"

function boxIn(svg, element) {
    const box = element.getBBox()
    const matrix = svg.getScreenCTM().inverse().multiply(element.getScreenCTM())
    const corners = [[box.x, box.y], [box.x + box.width, box.y], [box.x, box.y + box.height], [box.x + box.width, box.y + box.height]]
    const points = corners.map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix))
    const [left, top] = [Math.min(...points.map(p => p.x)), Math.min(...points.map(p => p.y))]
    return [left, top, Math.max(...points.map(p => p.x)) - left, Math.max(...points.map(p => p.y)) - top]
}

function union(boxes) {
    const [x, y] = [Math.min(...boxes.map(b => b[0])), Math.min(...boxes.map(b => b[1]))]
    return [x, y, Math.max(...boxes.map(b => b[0] + b[2])) - x, Math.max(...boxes.map(b => b[1] + b[3])) - y]
}

// -- bpmn-js ------------------------------------------------------------------------------------------------------------

function textOf(viewer, element) {
    const graphics = viewer.get("elementRegistry").getGraphics(element)
    return [...graphics.querySelectorAll(":scope > .djs-visual text")]
}

function measuredByBpmnJs(viewer, element) {
    const registry = viewer.get("elementRegistry")
    const external = (element.labels || []).filter(label => !label.hidden)
    const texts = [element, ...external].flatMap(one => textOf(viewer, one))
    const layer = viewer.get("canvas").getDefaultLayer().closest("svg").querySelector(".viewport")
    const found = {type: element.type.replace("bpmn:", ""), label: texts.map(text => text.textContent).join(" ")}
    if (texts.length) found.labelAt = union(texts.map(text => boxIn(layer, text)))
    // a message flow has the name of its message too, which is elsewhere
    found.placed = Boolean(external.length && texts.length === 1 && element.di.label && element.di.label.bounds && element.di.label.bounds.width)
    if (element.waypoints) found.points = element.waypoints.map(({x, y}) => [x, y])
    else found.shape = [element.x, element.y, element.width, element.height]
    return found
}

function planesOf(viewer) {
    const canvas = viewer.get("canvas"), registry = viewer.get("elementRegistry")
    return canvas.getRootElements().filter(root => root.businessObject).map(root => {
        canvas.setRootElement(root)
        const elements = registry.filter(one => one !== root && one.type !== "label" && !one.hidden && canvas.findRoot(one) === root)
        return [root.businessObject.id, Object.fromEntries(elements.map(one => [one.id, measuredByBpmnJs(viewer, one)]))]
    })
}

// All planes of a file by the id of what they show, and the first one's. A diagram that bpmn-js does not open with the first one is opened after it.
async function bpmnJsDraws(xml) {
    const container = document.body.appendChild(document.createElement("div"))
    container.style = "width: 2000px; height: 1500px"
    const viewer = new BpmnJS({container})
    try {
        await viewer.importXML(xml)
        const first = viewer.get("canvas").getRootElement().businessObject.id
        const planes = Object.fromEntries(planesOf(viewer))
        const diagrams = viewer.getDefinitions().diagrams.filter(one => one.plane && one.plane.bpmnElement)
        for (const diagram of diagrams) {
            if (diagram.plane.bpmnElement.id in planes) continue
            await viewer.open(diagram)
            for (const [id, elements] of planesOf(viewer)) planes[id] = planes[id] || elements
        }
        return {planes, first}
    } catch (error) {
        return {error: String(error.message || error)}
    } finally {
        viewer.destroy()
        container.remove()
    }
}

// -- procdef ------------------------------------------------------------------------------------------------------------

const GEOMETRY = "rect, circle, ellipse, path, polygon, polyline, line"

function shown(svgText) {
    const found = new DOMParser().parseFromString(svgText, "image/svg+xml")
    return document.body.appendChild(document.importNode(found.documentElement, true))
}

// The parts of an element's groups that belong to no element within it.
function own(groups, selector) {
    return groups.flatMap(group => [...group.querySelectorAll(selector)].filter(one => groups.includes(one.closest("[data-element]"))))
}

// The points of a line, bends that are drawn round included: those are the control points of its curves.
function pointsOf(svg, line) {
    const matrix = svg.getScreenCTM().inverse().multiply(line.getScreenCTM()), data = line.getAttribute("d") || ""
    if (/[^MLQ\d\s.,-]/.test(data)) throw new Error(`a line is drawn with other commands than M, L and Q: ${data}`)
    const numbers = data.match(/-?[\d.]+/g) || []
    const points = Array.from({length: numbers.length / 2}, (_, number) => new DOMPoint(numbers[2 * number], numbers[2 * number + 1]))
    return points.map(point => point.matrixTransform(matrix)).map(({x, y}) => [x, y])
}

function measuredByProcdef(svg, groups, lines) {
    const texts = own(groups, "text"), parts = own(groups, GEOMETRY)
    const found = {label: texts.map(text => text.textContent).join(" "), parts: parts.map(part => boxIn(svg, part))}
    if (texts.length) found.labelAt = union(texts.map(text => boxIn(svg, text)))
    if (parts.length) found.shape = boxIn(svg, parts[0])
    if (parts.length && lines.has(groups[0].dataset.element)) found.points = pointsOf(svg, parts[0])
    return found
}

// The picture of a plane. `lines` are the ids of those elements that are connections.
function procdefDraws(svgText, lines) {
    const svg = shown(svgText)
    try {
        const groups = Map.groupBy(svg.querySelectorAll("[data-element]"), one => one.dataset.element)
        const {x, y, width, height} = svg.viewBox.baseVal
        const elements = Object.fromEntries([...groups].map(([id, found]) => [id, measuredByProcdef(svg, found, new Set(lines))]))
        const texts = [...svg.querySelectorAll("text")].map(text => ({text: text.textContent, at: boxIn(svg, text)}))
        return {elements, texts, view: [x, y, width, height]}
    } finally {
        svg.remove()
    }
}

// -- light and dark -----------------------------------------------------------------------------------------------------

const FRAME = {width: 300, height: 200}

// Show documents beside each other in frames at the top of this page, in place of those before.
async function showFrames(urls) {
    document.querySelectorAll("iframe").forEach(frame => frame.remove())
    await Promise.all(urls.map((url, number) => new Promise(resolve => {
        const frame = document.createElement("iframe")
        frame.style = `position: fixed; border: 0; top: 0; left: ${number * FRAME.width}px; width: ${FRAME.width}px; height: ${FRAME.height}px`
        frame.onload = resolve
        frame.src = url
        document.body.appendChild(frame)
    })))
}

// The mean lightness of each of the frames in a PNG image of this page, from 0 to 1.
async function lightness(base64, count) {
    const bytes = Uint8Array.from(atob(base64), char => char.charCodeAt(0))
    const image = await createImageBitmap(new Blob([bytes], {type: "image/png"}))
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d")
    context.drawImage(image, 0, 0)
    return Array.from({length: count}, (_, number) => {
        const {data} = context.getImageData(number * FRAME.width, 0, FRAME.width, FRAME.height)
        let sum = 0
        for (let at = 0; at < data.length; at += 4) sum += 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2]
        return sum / (data.length / 4) / 255
    })
}

// The red, green and blue of a computed colour, from 0 to 1; null for none.
function channels(colour) {
    const numbers = (colour.match(/[\d.]+/g) || []).map(Number)
    if (colour === "none" || numbers.length < 3 || numbers[3] === 0) return null
    return numbers.slice(0, 3).map(number => colour.startsWith("color(") ? number : number / 255)
}

function luminance(colour) {
    const [red, green, blue] = colour.map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

// Whether an element is behind all of a text of this width, and no icon or arrow that it meets.
function isBehind(element, width) {
    return element.getBoundingClientRect().width >= width
}

// The contrast of each text of a document to what is filled under its middle, as WCAG counts it: [text, ratio].
function contrasts(number) {
    const {contentDocument: shown, contentWindow: view} = document.querySelectorAll("iframe")[number]
    const svg = shown.documentElement, size = {width: svg.getAttribute("width"), height: svg.getAttribute("height")}
    Object.keys(size).forEach(name => svg.setAttribute(name, "100%")) // only what is visible is found under a point
    const found = [...shown.querySelectorAll("[data-element] text")].flatMap(text => {
        const {x, y, width, height} = text.getBoundingClientRect()
        const under = shown.elementsFromPoint(x + width / 2, y + height / 2).filter(one => one.matches(GEOMETRY) && isBehind(one, width))
        const colours = [text, ...under].map(one => channels(view.getComputedStyle(one).fill))
        const behind = colours.slice(1).find(colour => colour)
        if (!colours[0] || !behind) return []
        const [dark, light] = [luminance(colours[0]), luminance(behind)].sort((a, b) => a - b)
        return [[text.textContent, (light + 0.05) / (dark + 0.05)]]
    })
    Object.entries(size).forEach(([name, value]) => value && svg.setAttribute(name, value))
    return found
}

// The first diagram of a file as bpmn-js draws it.
async function bpmnJsPicture(xml) {
    const container = document.body.appendChild(document.createElement("div"))
    const viewer = new BpmnJS({container})
    try {
        await viewer.importXML(xml)
        return (await viewer.saveSVG()).svg
    } finally {
        viewer.destroy()
        container.remove()
    }
}

// Shows two drawings beside each other in this page; their width and height.
function sideBySide(left, right) {
    const halves = [left, right].map(svg => {
        const half = document.createElement("div")
        half.innerHTML = svg.slice(svg.indexOf("<svg"))
        half.style = "flex: 1; min-width: 0; padding: 8px"
        const {width, height} = half.querySelector("svg").viewBox.baseVal || {}
        Object.assign(half.querySelector("svg").style, {width: "100%", height: "auto"})
        return [half, Math.min(width || 600, 1000), height / width || 1]
    })
    document.body.replaceChildren(...halves.map(([half]) => half))
    document.body.style = "display: flex; align-items: flex-start; margin: 0; background: #fff"
    const width = Math.max(...halves.map(([, width]) => width)) + 20
    return [2 * width, Math.max(...halves.map(([, , ratio]) => width * ratio)) + 20]
}
