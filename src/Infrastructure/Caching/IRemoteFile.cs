using System.Net.Http.Headers;

namespace PyWharf.Infrastructure.Caching;

/// <summary>A file on another server.</summary>
internal interface IRemoteFile
{
    /// <summary>The server, as the subject of a sentence: <c>GitHub</c>.</summary>
    string Server { get; }

    /// <summary>Requests the file, or a part of it; its body is not read yet. Throws <see cref="RemoteFileException"/>.</summary>
    /// <param name="range">The part; null for all. The response may have all of it nevertheless.</param>
    /// <param name="cancellationToken">Cancels the request; the body is read later.</param>
    Task<RemoteContent> OpenAsync(RangeHeaderValue? range, CancellationToken cancellationToken);
}
