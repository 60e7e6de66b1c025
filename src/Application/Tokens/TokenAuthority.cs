using System.Net;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Tokens;

/// <summary>
/// Which tokens an admin may make, see and revoke: none that is good for more than the admin. Secrets of a repository and commands are good for
/// everything; a token may be limited.
/// </summary>
internal static class TokenAuthority
{
    /// <summary>Whether the token is for no more projects and no more permission than the admin has.</summary>
    public static bool MaySee(Principal admin, AccessToken token) =>
        token.Permission <= admin.Access && admin.Changes.Includes(token.Projects) && admin.Reads.Includes(token.Reads);

    /// <summary>Why the admin may not make such a token, nor revoke it; null where they may.</summary>
    public static Failure? RefusalOf(Principal admin, AccessToken token)
    {
        if (!MaySee(admin, token))
        {
            return Refused(admin, $"it is for {string.Join(", ", admin.Changes.Patterns)}, with the permission {NameOf(admin.Access)}");
        }

        if (admin.Token is { Expires: { } end } && !(token.Expires <= end))
        {
            return Refused(admin, $"it ends at {end.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC itself");
        }

        return admin.Token is { Networks: { Count: > 0 } networks } && !(token.Networks.Count > 0 && token.Networks.All(theirs => networks.Any(ours => Includes(ours, theirs))))
            ? Refused(admin, $"it is for the networks {string.Join(", ", networks)}")
            : null;
    }

    private static bool Includes(IPNetwork network, IPNetwork other) => network.PrefixLength <= other.PrefixLength && network.Contains(other.BaseAddress);

    private static Failure Refused(Principal admin, string why) => new(
        FailureKind.Forbidden, $"The token {admin.Name} makes and revokes only tokens that are good for no more than itself: {why}.");

    private static string NameOf(AccessLevel level) => level.ToString().ToLowerInvariant();
}
