using MediatR;
using Microsoft.Extensions.DependencyInjection;
using PyWharf.Application;

namespace PyWharf.Unit.Application;

public sealed class UseCasesTests
{
    [Fact]
    public void What_a_use_case_keeps_it_keeps_for_the_next_request()
    {
        var handlers = new ServiceCollection().AddApplication()
            .Where(service => service.ServiceType.IsGenericType && service.ServiceType.GetGenericTypeDefinition() == typeof(IRequestHandler<,>))
            .ToList();

        Assert.True(handlers.Count >= 15);
        Assert.All(handlers, handler => Assert.Equal(ServiceLifetime.Singleton, handler.Lifetime));
    }
}
