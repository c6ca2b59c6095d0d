"""The client of the REST API: which server a command asks, the requests it sends, and what the answers mean.

It works with procdef, Camunda 7 and Operaton. It knows nothing of click and of the terminal: `procdef.cli` prints what it returns.

| Module | What it has |
| --- | --- |
| `errors` | The errors, with the exit statuses of the commands. |
| `contexts` | The configuration file: the servers that have names. |
| `target` | Which server a command asks, from its options, the environment and the configuration file. |
| `secrets` | Passwords and tokens, from variables and from programs. |
| `connection` | Sends requests, repeats reads, and turns what goes wrong into errors. |
| `many_reads` | Sends many reads with little work. |
| `engine` | The requests as functions. |
| `probe` | What a server is. |
| `lists` | Lists with details, and what an engine lacks made from plain requests. |
| `subjects` | One definition, deployment or incident, with all that a server tells about it. |
| `words` | Which definition a word as `order@3` names. |
| `history` | The deployments from the oldest on, and which files are the latest after each. |
| `paths` | Paths for files of definitions, safe on every file system. |
| `exported` | Exports the definitions into a folder. |
| `manifest` | What says of each file of such a folder where it is from. |
| `git` | A Git repository that has deployments as commits. |
| `git_history` | Exports the deployments into one. |
"""
