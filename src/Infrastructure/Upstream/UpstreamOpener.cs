using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Upstream;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Opens the upstream indexes of repositories: each one's own, or the one of <c>--extra_index_url</c>, which they share.</summary>
/// <param name="extraIndex">The URL of that one; null for none.</param>
/// <param name="root">The server's folder, in which pages and files are kept.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs when upstream stops responding, and when it responds again.</param>
internal sealed class UpstreamOpener(Uri? extraIndex, string root, TimeProvider time, ILogger<UpstreamIndex> logger) : IDisposable
{
    // As long as pypi.org says that its pages are.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    // Kept over configurations: whoever may send one must not have a host looked at anew that has moved into the private network meanwhile.
    private readonly ConcurrentDictionary<string, AddressGuard> _guards = new(StringComparer.OrdinalIgnoreCase);

    private readonly UpstreamIndex? _shared = extraIndex is null ? null : new UpstreamIndex(extraIndex, new UpstreamOptions(), time, logger);

    /// <summary>Opens the upstream index of a repository; null if it has none.</summary>
    /// <param name="config">Its configuration, with secrets.</param>
    public UpstreamSource? Open(RepositoryConfig config) => Open(config, isReadOnly: false);

    /// <summary>As <see cref="Open(RepositoryConfig)"/>, for a command beside a server: kept pages are read, nothing is written, and files are not cached.</summary>
    /// <param name="config">Its configuration, with secrets.</param>
    public UpstreamSource? OpenReadOnly(RepositoryConfig config) => Open(config, isReadOnly: true);

    /// <inheritdoc/>
    public void Dispose() => _shared?.Dispose();

    /// <summary>The guard of all indexes at a host, for as long as the server runs.</summary>
    internal AddressGuard GuardOf(Uri url) => _guards.GetOrAdd(url.IdnHost, static host => new AddressGuard(host));

    private static Uri WithCredentials(UpstreamConfig upstream) => upstream.Credentials is var (user, password)
        ? new UriBuilder(upstream.Url) { UserName = Uri.EscapeDataString(user), Password = Uri.EscapeDataString(password.Reveal()) }.Uri
        : upstream.Url;

    private UpstreamSource? Open(RepositoryConfig config, bool isReadOnly) => config.Upstream switch
    {
        null => _shared is null ? null : new UpstreamSource(config.Name, _shared, UpstreamRules.None, isShared: true),
        { Mode: UpstreamMode.Off } => null,
        var upstream => new UpstreamSource(config.Name, Open(config.Name, upstream, isReadOnly), upstream.Rules, isShared: false),
    };

    private UpstreamIndex Open(RepositoryName repository, UpstreamConfig upstream, bool isReadOnly)
    {
        var (index, layout) = (WithCredentials(upstream), new UpstreamLayout(root, repository));
        var options = new UpstreamOptions
        {
            Fresh = Fresh,
            Stale = upstream.MaxStale,
            OffSwitch = "mode = \"off\"",
            Guard = GuardOf(upstream.Url),
            IsCached = upstream.Mode == UpstreamMode.Cache,
        };

        return new UpstreamIndex(
            index,
            options,
            time,
            logger,
            new UpstreamPageStore(layout.Pages, upstream.Url, time, logger) { IsReadOnly = isReadOnly },
            options.IsCached && !isReadOnly ? new UpstreamFiles(index, layout, upstream.MaxCacheBytes, options, time, logger) : null);
    }
}
