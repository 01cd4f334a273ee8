"""Packs: a shelf that travels. A BagIt bag (RFC 8493) whose catalogue is an OPDS 2 feed, signed by who made it.

    bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt  signature.json
    data/opds.json           the catalogue; what OPDS has no word for stands under "valise"
    data/files/<sha256>      works and covers, by their content

Nothing is shown before every file is here and right; then one transaction shows all of it. A pack killed in the middle
leaves blobs that the next try finds, and nothing else.
"""
