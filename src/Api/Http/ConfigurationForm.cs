using PyWharf.Api.Bodies;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The two documents of POST /initialize/, each as a form field or as a file.</summary>
internal static class ConfigurationForm
{
    private const int MostBytes = 1024 * 1024;

    public static async Task<Outcome<ConfigurationDocuments>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = await SmallForm.ReadAsync(request, MostBytes, cancellationToken);
        if (form.Failure is { } malformed)
        {
            return malformed;
        }

        return (form.Value.All("config"), form.Value.All("admin_secret")) switch
        {
            ([var config], [var adminSecret]) => new ConfigurationDocuments(config, adminSecret),
            ([_], _) => MustBeOnce("admin_secret"),
            _ => MustBeOnce("config"),
        };
    }

    private static Failure MustBeOnce(string name) => new(FailureKind.Invalid, $"The form must have {name} once, as a field or as a file.");
}
