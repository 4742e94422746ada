"""Messages to other States, and from them: signed over HTTP, or as files in a drop folder.

- `drop_folder`: a folder of XML files for a gateway that others keep
- `json_schema`: the published JSON Schema of a message, made from the fields of the domain
- `signatures`: signed transmissions: JSON Web Signatures by one key for each State
- `signed_http`: transmissions by HTTP POST, answered in the same call
- `xml_messages`: a message as XML and back, never with a document type, an entity or the network
- `xml_schema`: the published XML Schema of a message, made from the same fields
"""
