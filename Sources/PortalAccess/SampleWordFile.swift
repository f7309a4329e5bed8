import EventLine

extension InputField {
    /// The smallest letter base that Word opens: one paragraph, where the letter's body goes.
    static let wordFile: JSONValue = [
        "fileName": "letter.docx", "content": .string(content.filter { !$0.isWhitespace }),
    ]

    private static let content = """
        UEsDBBQAAAAIAAAAIVz3VP4j2QAAAGQBAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbJWQu1LDMBBFf0WjlrHWUDAMYz
        sFjxIowgfsyGtbg16jVUL4e9YJSZGOUrpn75G22xyCV3sq7FLs9a1ptaJo0+ji3OvP7WvzoDdDt/3JxErQyL1eas2P
        AGwXCsgmZYqSTKkErHIsM2S0XzgT3LXtPdgUK8Xa1LVDD90zTbjzVb0c5PqkLeRZq6cTuLp6jTl7Z7FKDvs4XlmaP4
        ORySPDi8t8I4CGoXuX/xQ3kvrAUt8wSB18pzLCmOwuiMKs4L98aZqcpcv82pZLssQsiwreXJKALp7fAce1Db9QSwME
        FAAAAAgAAAAhXDZX3tyiAAAAGAEAAAsAAABfcmVscy8ucmVsc43POw7CMAwG4KtE3qkLA0KoaReE1BWVA0SJm0Y0Dy
        XhdXsyMFDEwGj792e56R52ZjeKyXjHYV3VwMhJr4zTHM7DcbWDrm1ONItcEmkyIbGy4hKHKeewR0xyIitS5QO5Mhl9
        tCKXMmoMQl6EJtzU9RbjpwFLk/WKQ+zVGtjwDPSP7cfRSDp4ebXk8o8TX4kii6gpc7j7qFC921VhAdsGFy+2L1BLAw
        QUAAAACAAAACFc3IM8eJMAAADAAAAAEQAAAHdvcmQvZG9jdW1lbnQueG1sRY5LDsIwDESvUmVPXVggVPWz6wngACUJ
        baXGjpxAQVXvTlwWbN5o7PHIVft2c/ayHCbCWh3zQmUWNZkJh1rdrt3hotqmWkpD+uksxizlMZRLrcYYfQkQ9GhdH3
        LyFtPuQez6mCwPsBAbz6RtCKnOzXAqijO4fkIllXcyH1EvYEFs1lWm21aBOCHv9Dt/F/D/pvkCUEsBAhQAFAAAAAgA
        AAAhXPdU/iPZAAAAZAEAABMAAAAAAAAAAAAAAIABAAAAAFtDb250ZW50X1R5cGVzXS54bWxQSwECFAAUAAAACAAAAC
        FcNlfe3KIAAAAYAQAACwAAAAAAAAAAAAAAgAEKAQAAX3JlbHMvLnJlbHNQSwECFAAUAAAACAAAACFc3IM8eJMAAADA
        AAAAEQAAAAAAAAAAAAAAgAHVAQAAd29yZC9kb2N1bWVudC54bWxQSwUGAAAAAAMAAwC5AAAAlwIAAAAA
        """
}
