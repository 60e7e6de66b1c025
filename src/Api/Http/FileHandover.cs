namespace PyWharf.Api.Http;

/// <summary>
/// Has the proxy send files of this machine's disk: by <c>X-Accel-Redirect</c> (nginx), the URL of an internal location over the root folder, or by
/// <c>X-Sendfile</c> (Apache, lighttpd), the path of the file.
/// </summary>
/// <param name="Root">The server's root folder.</param>
/// <param name="AccelPrefix">The path of the internal location, with a slash at both ends; null for none.</param>
/// <param name="UsesSendfile">Whether <c>X-Sendfile</c> is sent.</param>
internal sealed record FileHandover(string Root, string? AccelPrefix, bool UsesSendfile)
{
    /// <summary>The header that names a file to the proxy; null where this server sends it itself.</summary>
    public (string Name, string Value)? HeaderFor(string path)
    {
        if (AccelPrefix is not null)
        {
            var relative = Path.GetRelativePath(Root, path);

            // What is elsewhere is no location of the proxy.
            return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : ("X-Accel-Redirect", AccelPrefix + Encode(relative));
        }

        return UsesSendfile ? ("X-Sendfile", Encode(path)) : null;
    }

    // Both proxies decode the value, and no header has other characters than ASCII.
    private static string Encode(string path) => string.Join('/', path.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
}
