"""From bytes to a tree of nodes: encodings, safe XML, the XML schema, and where elements are."""
