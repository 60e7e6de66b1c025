namespace PyWharf.Application.Rendering;

/// <summary>The HTML representation (PEP 503, 592, 629, 658, 714, 792; frozen by PEP 833).</summary>
internal static class SimpleHtml
{
    private const int BytesPerFile = 500;
    private const int BytesPerProject = 80;
    private const int BytesAround = 1024;

    public static byte[] Project(ProjectPage page)
    {
        using var html = new HtmlBuffer(BytesAround + (page.Files.Count * BytesPerFile));
        Head(html, page.Name, page.Status);
        foreach (var file in page.Files)
        {
            Anchor(html, file);
        }

        return End(html);
    }

    public static byte[] ProjectList(IEnumerable<string> projects)
    {
        using var html = new HtmlBuffer(BytesAround + (projects.TryGetNonEnumeratedCount(out var count) ? count * BytesPerProject : 0));
        Head(html, "Simple index", null);
        foreach (var project in projects)
        {
            html.Markup("<a href=\""u8).Text(project).Markup("/\">"u8).Text(project).Markup("</a><br>\n"u8);
        }

        return End(html);
    }

    private static void Head(HtmlBuffer html, string title, ProjectStatus? status)
    {
        html.Markup(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="pypi:repository-version" content="1.4">

            """u8);
        if (status is not null)
        {
            Meta(html, "pypi:project-status"u8, status.Marker);
            if (status.Reason is not null)
            {
                Meta(html, "pypi:project-status-reason"u8, status.Reason);
            }
        }

        html.Markup("<title>"u8).Text(title).Markup("</title>\n</head>\n<body>\n<h1>"u8).Text(title).Markup("</h1>\n"u8);
        if (status is not null)
        {
            html.Markup("<p>This project is "u8).Text(status.Marker).Markup("."u8);
            html.Text(status.Reason is null ? "" : $" {status.Reason}").Markup("</p>\n"u8);
        }
    }

    private static byte[] End(HtmlBuffer html) => html.Markup("</body>\n</html>\n"u8).ToArray();

    private static void Meta(HtmlBuffer html, ReadOnlySpan<byte> name, string content) =>
        html.Markup("<meta name=\""u8).Markup(name).Markup("\" content=\""u8).Text(content).Markup("\">\n"u8);

    private static void Anchor(HtmlBuffer html, PageFile file)
    {
        html.Markup("<a href=\""u8).Text(file.Href);
        if (FileHash.Best(file.Hashes) is { } hash)
        {
            html.Markup("#"u8);
            Hash(html, hash);
        }

        html.Markup("\""u8);
        if (file.RequiresPython is not null)
        {
            Attribute(html, " data-requires-python=\""u8, file.RequiresPython);
        }

        if (file.CoreMetadata is not null)
        {
            var metadataHash = FileHash.Best(file.CoreMetadata.Hashes);
            CoreMetadata(html, " data-core-metadata=\""u8, metadataHash);
            // The name it had before PEP 714, for installers of that time.
            CoreMetadata(html, " data-dist-info-metadata=\""u8, metadataHash);
        }

        if (file.Yanked is not null)
        {
            // With a value even when that is empty: pip takes an attribute without one for "not yanked".
            Attribute(html, " data-yanked=\""u8, file.Yanked);
        }

        if (file.GpgSig is { } signed)
        {
            Attribute(html, " data-gpg-sig=\""u8, signed ? "true" : "false");
        }

        if (file.Provenance is not null)
        {
            Attribute(html, " data-provenance=\""u8, file.Provenance);
        }

        html.Markup(">"u8).Text(file.Filename).Markup("</a><br>\n"u8);
    }

    private static void Attribute(HtmlBuffer html, ReadOnlySpan<byte> start, string value) =>
        html.Markup(start).Text(value).Markup("\""u8);

    private static void CoreMetadata(HtmlBuffer html, ReadOnlySpan<byte> start, FileHash? hash)
    {
        html.Markup(start);
        if (hash is null)
        {
            html.Markup("true"u8);
        }
        else
        {
            Hash(html, hash);
        }

        html.Markup("\""u8);
    }

    private static void Hash(HtmlBuffer html, FileHash hash) => html.Text(hash.Algorithm).Markup("="u8).Text(hash.Hex);
}
