using System.Net.Http.Headers;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>Which links and redirects of another index are followed, and with what credentials.</summary>
/// <param name="Subject">The index, as the subject of a sentence: <c>The upstream index at pypi.org</c>.</param>
/// <param name="Origin">The URL of the index, without credentials; null where files of any server are fetched, without credentials.</param>
/// <param name="Credentials">Sent to that origin only; null for none.</param>
internal sealed record RedirectRules(string Subject, Uri? Origin, AuthenticationHeaderValue? Credentials)
{
    /// <summary>What to do about a redirect that leaves the origin, a clause.</summary>
    public string Hint { get; init; } = "";

    /// <summary>Whether all requests may be redirected to other hosts; else those alone that have the option <see cref="IndexRedirectHandler.MayLeave"/>.</summary>
    public bool LeavesOrigin { get; init; }

    /// <summary>How many redirects in a row are followed.</summary>
    public int MaxRedirects { get; init; } = 5;

    /// <summary>Refuses hosts of the server's own network; null for no such check.</summary>
    public AddressGuard? Guard { get; init; }
}
