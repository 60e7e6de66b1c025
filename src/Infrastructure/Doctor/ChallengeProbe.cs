namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether an answer without credentials makes clients send theirs.</summary>
internal sealed class ChallengeProbe() : Probe("challenge")
{
    private static readonly Remedy KeepRemedy = new(
        "proxy_intercept_errors off;  # and no proxy_hide_header WWW-Authenticate, no error_page 401",
        "# remove http-response del-header WWW-Authenticate, and errorfile 401");

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var reply = await deployment.GetAnonymouslyAsync(deployment.Index, cancellationToken, Accept.Json);
        switch (reply.Status)
        {
            case 200:
                deployment.AllowsAnonymousRead = deployment.IsReadable = true;

                return Ok("everybody may read here");
            case 401 when Challenge.IsOfPyWharf(reply):
                return Ok("without credentials clients are asked for them (401, Basic)");
            case 401 when Challenge.IsBasic(reply):
                return Warning(
                    $"the proxy asks for credentials of its own ({reply["WWW-Authenticate"]}): they take the place of pywharf's in the one Authorization header",
                    Clients.All,
                    new Remedy("auth_basic off;", "# remove http-request auth"));
            case 401:
                return Failed("401 comes without WWW-Authenticate: Basic: clients do not send the password that they have", Clients.All, KeepRemedy);
            case 429:
                return Skipped("pywharf answers 429, as this address sent too many requests: try again in a minute");
            default:
                return Failed($"without credentials the answer is {reply.Summary}, not 401: clients do not send the password that they have", Clients.All, KeepRemedy);
        }
    }
}
