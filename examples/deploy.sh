#!/usr/bin/env bash
# Validates or deploys all process files of a folder: deploy.sh validate|create FOLDER NAME
# PROCDEF is the server, as https://processes.example.org; PROCDEF_TOKEN is a token, where authentication is on.
set -euo pipefail
action=$1 folder=$2 name=$3

form=(-F deployment-name="$name" -F deployment-source=ci -F deploy-changed-only=true)
number=0
while IFS= read -r -d '' file; do
    number=$((number + 1))
    form+=(-F "file$number=@\"$folder/$file\";filename=\"$file\"")
done < <(cd "$folder" && find . -type f \( -name '*.bpmn' -o -name '*.form' -o -name '*.svg' -o -name '*.png' \) -printf '%P\0' | sort -z)

header=()
[ -z "${PROCDEF_TOKEN:-}" ] || header=(-H "Authorization: Bearer $PROCDEF_TOKEN")
if ! answer=$(curl -sS --fail-with-body "${header[@]}" "${form[@]}" "$PROCDEF/engine-rest/deployment/$action"); then
    echo "$answer" >&2
    exit 1
fi
if [ "$action" = validate ]; then
    jq -c '.resources[]' <<<"$answer"
    jq -e .deployable <<<"$answer" >/dev/null
else
    jq -r '.deployedProcessDefinitions // {} | .[] | "\(.key) version \(.version)"' <<<"$answer"
fi
