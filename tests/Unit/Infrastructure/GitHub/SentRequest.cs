using System.Text;

namespace PyWharf.Unit.Infrastructure.GitHub;

/// <summary>A request that was sent.</summary>
internal sealed record SentRequest(string Method, string Url, IReadOnlyDictionary<string, string> Headers, byte[]? Body)
{
    public string Text => Encoding.UTF8.GetString(Body ?? []);

    public string? this[string header] => Headers.GetValueOrDefault(header);
}
