namespace PyWharf.Api.Http;

/// <summary>
/// Has the proxy send packages from this machine's disk: by <c>X-Accel-Redirect</c> (nginx), the URL of an internal location over the root folder, or by
/// <c>X-Sendfile</c> (Apache, lighttpd), the path of the file.
/// </summary>
/// <param name="Root">The server's root folder.</param>
/// <param name="AccelPrefix">The path of the internal location, with a slash at both ends; null for none.</param>
/// <param name="UsesSendfile">Whether <c>X-Sendfile</c> is sent.</param>
internal sealed record FileHandover(string Root, string? AccelPrefix, bool UsesSendfile)
{
    // The only part of the root folder that a proxy's user may be let into.
    private readonly string _packages = Path.Combine(Path.GetFullPath(Root), "cache") + Path.DirectorySeparatorChar;

    /// <summary>The header that names a file to the proxy; null where this server sends it itself, as all that is no package.</summary>
    public (string Name, string Value)? HeaderFor(string path)
    {
        if ((AccelPrefix is null && !UsesSendfile) || !Path.GetFullPath(path).StartsWith(_packages, StringComparison.Ordinal))
        {
            return null;
        }

        return AccelPrefix is null ? ("X-Sendfile", Encode(path)) : ("X-Accel-Redirect", AccelPrefix + Encode(Path.GetRelativePath(Root, path)));
    }

    // Both proxies decode the value, and no header has other characters than ASCII.
    private static string Encode(string path) => string.Join('/', path.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
}
