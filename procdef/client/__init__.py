"""The client of the REST API: which server a command asks, the requests it sends, and what the answers mean.

It works with procdef, Camunda 7 and Operaton. It knows nothing of click and of the terminal: `procdef.cli` prints what it returns.

| Module | What it has |
| --- | --- |
| `errors` | The errors, with the exit statuses of the commands. |
| `contexts` | The configuration file: the servers that have names. |
| `target` | Which server a command asks, from its options, the environment and the configuration file. |
| `secrets` | Passwords and tokens, from variables and from programs. |
| `connection` | Sends requests, repeats reads, and turns what goes wrong into errors. |
| `engine` | The requests as functions. |
| `lists` | Lists with details, and what an engine lacks made from plain requests. |
| `subjects` | One definition, deployment or incident, with all that a server tells about it. |
| `words` | Which definition a word as `order@3` names. |
"""
