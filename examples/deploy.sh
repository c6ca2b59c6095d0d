#!/usr/bin/env bash
# Validates or deploys the BPMN files, forms and images of a folder: deploy.sh validate|create FOLDER NAME
# PROCDEF is the server, such as https://processes.example.org; PROCDEF_TOKEN is a token, if authentication is on.
set -euo pipefail
export LC_ALL=C

fail() {
    echo "deploy.sh: $1" >&2
    exit 2
}

[ $# = 3 ] && [[ $1 = validate || $1 = create ]] || { echo "usage: deploy.sh validate|create FOLDER NAME" >&2; exit 2; }
action=$1 folder=$2 name=$3
[ -n "${PROCDEF:-}" ] || fail "PROCDEF is not set; it is the server, such as https://processes.example.org"
[ -d "$folder" ] || fail "there is no folder $folder"

# form-string: the value is sent as it is, also if it begins with @
form=(--form-string "deployment-name=$name" -F deployment-source=ci -F deploy-changed-only=true)
kinds=(-name '*.bpmn' -o -name '*.bpmn20.xml' -o -name '*.form' -o -name '*.svg' -o -name '*.png' -o -name '*.jpg' -o -name '*.jpeg' -o -name '*.gif')
CDPATH='' cd -- "$folder" >/dev/null
number=0
while IFS= read -r -d '' file; do
    case $file in
    *[[:cntrl:]\"\\]*) fail "a file name has a double quote, a backslash, a line break or a control character: $(printf %q "$file")" ;;
    [[:blank:]]* | *[[:blank:]]) fail "a file name begins or ends with a blank: $(printf %q "$file")" ;;
    esac
    number=$((number + 1))
    form+=(-F "file$number=@\"$file\";filename=\"$file\"")
done < <(find . -type f \( "${kinds[@]}" \) -printf '%P\0' | sort -z)
[ "$number" -gt 0 ] || fail "there are no BPMN files, forms or images in $folder"

header=()
[ -z "${PROCDEF_TOKEN:-}" ] || header=(-H "Authorization: Bearer $PROCDEF_TOKEN")
if ! answer=$(curl -sS --fail-with-body "${header[@]}" "${form[@]}" "$PROCDEF/engine-rest/deployment/$action"); then
    echo "$answer" >&2
    exit 1
fi
if [ "$action" = validate ]; then
    jq -c '.resources[] | del(.changes) | with_entries(select(.value != null))' <<<"$answer"
    jq -e .deployable <<<"$answer" >/dev/null
else
    jq -r '.deployedProcessDefinitions // {} | .[] | "\(.key) version \(.version)"' <<<"$answer"
fi
